// Rights of roles that services take on. The questions come from a deploy of each system, from its runbooks on all their
// ways, and from the tables of what services and our functions do with a role.
import { listeners, type Question } from '../../src/simulator/rights/policies.ts'
import { roleName } from '../../src/simulator/resources/iam.ts'
import type { Cloud } from '../../src/simulator/state.ts'
import { start } from '../../src/simulator/automation/start.ts'
import { openDrill } from '../recovery/paths/acts.ts'
import { east, next, placeOf, west } from '../recovery/paths/place.ts'
import { askedOf, documents, rehearseAll, type Deployed, type Document } from '../recovery/paths/rehearse.ts'
import { outputs, systems, withEverything } from '../simulator/rights/deployed.ts'
import { noticed } from '../simulator/rights/noticed.ts'
import { serviceRoles, usesIn } from '../simulator/rights/uses.ts'
import { mutantsOf } from '../simulator/rights/without.ts'
import type { Mutant, Part, Reason } from './rights.ts'

/** Roles that the part about execution judges. */
const others = /^(dr-(administration|execution)|AWSServiceRoleFor)/

/** What the tables of rights ask of the roles of an account. */
export const inTables = (cloud: Cloud): Question[] =>
  usesIn(cloud).map(({ role, action, resource, context }) => ({
    role: roleName(role),
    action,
    resource,
    context,
    allowed: true,
  }))

/** What is asked of the roles of a system in a life of it, and what may be asked by the tables. */
async function asked(system: string): Promise<{ cloud: Cloud; questions: Question[] }> {
  const found = new Map<string, Question>()
  const note = (it: Question): void => void found.set(JSON.stringify(it), it)
  listeners.add(note)
  const cloud = await withEverything(system)
  const deployed = { cloud, outputs: outputs() }
  for (const one of documents(deployed)) rehearseAll(deployed, one, 'edges')
  for (const one of documents(deployed)) if (one.kind === 'dead-man') endOfSwapped(deployed, one)
  listeners.delete(note)
  for (const it of inTables(cloud)) note(it)
  return { cloud, questions: [...found.values()].filter(({ allowed }) => allowed) }
}

/** The dead man of a drill that had begun with the roles of the regions swapped, on functions with and without a limit. */
function endOfSwapped(deployed: Deployed, { name, region, content }: Document): void {
  for (const before of ['none', '100']) {
    const place = placeOf(deployed.cloud, deployed.outputs)
    const functions = [east, west].map((one) => `${one}:${place.value('PrimaryFunctionName')}:${before}`)
    openDrill(place, region)
    for (const one of [east, west])
      place.call(one, 'PutFunctionConcurrency', {
        FunctionName: place.value('PrimaryFunctionName'),
        ReservedConcurrentExecutions: 0,
      })
    const given = { ...askedOf(place, content), Drill: ['d-1'], Mode: ['restore'], Functions: functions }
    const execution = start(place.moment, region, name, given)
    while (execution.endedAt === undefined) next(place)
  }
}

/** Every role of a service in the account with one right less, judged by what was asked of it. */
export const mutantsIn = (cloud: Cloud, questions: Question[]): Mutant[] =>
  serviceRoles(cloud)
    .filter(({ role }) => !others.test(role))
    .flatMap(({ role: name }) => {
      const own = questions.filter(({ role }) => role === name)
      const role = Object.values(cloud.resources).find(({ physicalId }) => physicalId === name)
      return (role ? mutantsOf(role) : []).map(({ taken, policies }) => ({
        subject: `${name}: ${taken}`,
        isKilled: () => noticed(cloud, name, policies, own),
      }))
    })

export const reasons: Reason[] = [
  {
    subject: /^payments-dr-automation-/,
    why: 'PAY-11 asks for a role for documents that people write; no document of ours runs with it',
    source: 'docs/requirements.md',
  },
  {
    subject: /^streaming-service-.*(secret|kms|elasticache|kinesis)/,
    why: 'STR-11 lets containers use their stores; the default image uses none',
    source: 'docs/requirements.md',
  },
  {
    subject: /^transactions-replication-.*action kms:GenerateDataKey/,
    why: 'replication names kms:Encrypt alone, but the destination has a bucket key, and S3 asks for one like that',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html',
  },
  {
    subject: /^payments-backup-.*action rds:ModifyDBClusterSnapshotAttribute/,
    why: "AWS's own policy for backups has it; which step of a copy calls it is said nowhere",
    source: 'https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html',
  },
]

export const services: Part = async () => {
  const mutants: Mutant[] = []
  for (const system of systems) {
    const { cloud, questions } = await asked(system)
    mutants.push(...mutantsIn(cloud, questions))
  }
  return [mutants, reasons]
}
