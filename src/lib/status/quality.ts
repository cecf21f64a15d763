// Pure: rules about how good a failover would be: room for it, alarms, drift, backups, drills. Most of it warns.
import { direction } from './direction.ts'
import { blocker, dr, isLeft, list, look, notSeen, plain, type Rule, warning } from './judging.ts'
import { isKnown } from './observation.ts'

const day = 86_400_000
const headroomWarns = 25
const drillPolicy = 90 * day
/** A look for drift is as old as the last one; a week is a design choice. */
const driftPolicy = 7 * day
/** Plans back up daily; two hours for the job itself. */
const backupPolicy = 26 * 3_600_000
/** As drills. */
const restorePolicy = 90 * day

/** A deploy compares templates, not the world: it leaves a drift as it is. */
const seeDrift = 'aws cloudformation describe-stack-resource-drifts, then put it back'

export const quality: Record<string, Rule> = {
  quotas: (it) =>
    it.regions.flatMap(({ region, answered, quotas }) => {
      const takesOver = region === direction(it).to
      if (!isKnown(quotas)) return answered ? notSeen(it, `${region} quotas`, quotas, takesOver) : []
      return quotas.value.flatMap(({ name, headroom }) => {
        const what = `${region} ${name} headroom ${headroom}%`
        // A failover makes no database, but runs everything on one side.
        if (headroom <= 0 && name === 'lambda' && !isLeft(it, region)) return [blocker(what, 'raise the quota')]
        return headroom < headroomWarns ? [warning(`${what} < ${headroomWarns}%`, 'raise the quota')] : []
      })
    }),

  alarms: (it) =>
    it.regions.flatMap(({ region, answered, alarms }) => {
      if (!isKnown(alarms))
        return alarms.looked && answered ? [warning(`${region} alarms: ${alarms.unknown}`, look(it, alarms))] : []
      const { firing } = alarms.value
      const see = `aws cloudwatch describe-alarms --state-value ALARM --region ${region}`
      return firing.length === 0 ? [] : [warning(`${region} alarm ${list(firing)}`, see)]
    }),

  drift: (it) => {
    const deep = `${dr(it, 'status')} --deep`
    if (!isKnown(it.drift)) return notSeen(it, 'drift', it.drift)
    const { drifted, unchecked, stacks } = it.drift.value
    const found = drifted.length > 0 ? [warning(`drifted: ${list(drifted)}`, seeDrift)] : []
    if (unchecked.length === stacks) return [...found, warning('drift was never looked for', deep)]
    if (unchecked.length > 0) {
      const where = unchecked.length > 3 ? `${unchecked.length} of ${stacks} stacks` : list(unchecked)
      return [...found, warning(`drift was not looked for in ${where}`, deep)]
    }
    const age = it.at - it.drift.at
    return age <= driftPolicy ? found : [...found, warning(`drift was looked for ${plain(age)} ago`, deep)]
  },

  backup: (it) => {
    if (!isKnown(it.backup)) return notSeen(it, 'backups', it.backup)
    const { taken, lacking, copies, copied, tested } = it.backup.value
    const jobs = 'aws backup list-copy-jobs'
    const old = (at: number, what: string, policy: number, mend: string) =>
      it.at - at <= policy ? [] : [warning(`${what} ${plain(it.at - at)} ago`, mend)]
    const restore = 'aws backup start-restore-job, from the vault of the other region'
    return [
      ...(lacking.length > 0 ? [warning(`no backup yet of ${list(lacking)}`, 'aws backup list-backup-jobs')] : []),
      ...old(taken, 'last backup', backupPolicy, 'aws backup list-backup-jobs'),
      ...(copied !== undefined ? old(copied, 'last backup copied', backupPolicy, jobs) : []),
      ...(copies && copied === undefined ? [warning('no backup was copied to the other region yet', jobs)] : []),
      ...(tested !== undefined ? old(tested, 'a restore was last tested', restorePolicy, restore) : []),
      ...(copied !== undefined && tested === undefined ? [warning('no restore was ever tested', restore)] : []),
    ]
  },

  deep: ({ troubles = [] }) => troubles.map((what) => warning(what, 'mend it, or look without --deep')),

  drills: (it) => {
    if (!isKnown(it.drills)) return notSeen(it, 'drills', it.drills)
    const test = dr(it, 'failover-test')
    const drills = it.drills.value
    if (drills.length === 0) return [warning('no drill has ever been run: nothing is proven', test)]
    // The harmless one breaks nothing, so it measures no recovery.
    if (drills.every(({ passed, rtoSeconds }) => passed && rtoSeconds === undefined))
      return [warning('no drill has ever measured a recovery: no time is proven', test)]
    // Newest first: behind the last of a scenario stands the last that measured, which the same drill would renew.
    const last = drills.filter((it, at) => drills.findIndex(({ scenario }) => scenario === it.scenario) === at)
    return last.flatMap(({ scenario, passed, result, at }) => {
      const [name = '', mode] = scenario.split('/')
      const again = `${test} --scenario ${name}${mode === undefined ? '' : ` --mode ${mode}`}`
      if (!passed) return [warning(`the last drill ${scenario} ended ${result}`, again)]
      return it.at - at <= drillPolicy ? [] : [warning(`drill ${scenario} is ${plain(it.at - at)} old`, again)]
    })
  },
}
