import { beforeAll, expect, test } from 'vitest'
import { packageSystem } from '../../src/lib/templates/package.ts'
import { deploy } from '../../src/lib/verbs/deploy.ts'
import { planned } from '../../src/lib/verbs/planned.ts'
import { compared } from '../../src/lib/verbs/compared.ts'
import { type Account, account, copyOf, inEmptyFolder } from '../cloud.ts'
let deployed: Account
beforeAll(async () => {
  inEmptyFolder()
  deployed = account()
  await deploy(deployed.run('deploy'), await deployed.target())
})
test('x', async () => {
  const it = copyOf(deployed)
  for (const p of [['MemorySize=1024'], ['ParentDomain=dev.test'], ['WarmWriteUnits=100']]) {
  const session = await it.target({ parameter: p })
  const t = Date.now()
  const facts = await planned(session, { schema: false })
  const t2 = Date.now()
  const c = await compared(session, facts.snapshot, facts.pkg, facts.wanted)
  console.log(p, t2 - t, Date.now() - t2, session.aws.calls, JSON.stringify(c.instances, null, 1))
  }
})
