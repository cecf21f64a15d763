// Whatever a run of the tests or of a script writes lies in one folder of its own, which goes at its end.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const prefix = 'dr-run-'

/** Makes the folder and lets `tmpdir()` mean it from now on, in child processes too; gives what removes it. */
export default function temporary(): () => void {
  // Each project of the tests asks for it.
  if (basename(tmpdir()).startsWith(prefix)) return () => undefined
  const folder = mkdtempSync(join(tmpdir(), prefix))
  // Database servers of the tests run as another user.
  chmodSync(folder, 0o711)
  process.env['TMPDIR'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
