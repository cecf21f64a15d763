// A drill of the payments system as it would be reported, with one lost write and one objective that was missed.
import type { DrillReport } from '../../src/lib/drill/evidence/report.ts'
import type { History, Operation, Outcome } from '../../src/lib/drill/measure/history.ts'
import { judgeLoss, judgeRecovery } from '../../src/lib/drill/measure/judge.ts'
import { measureLoss } from '../../src/lib/drill/measure/loss.ts'
import { measureRecovery } from '../../src/lib/drill/measure/recovery.ts'

const start = Date.UTC(2026, 10, 20, 3, 0, 0)
const second = 1000

/** `gone` seconds of failures from the injection on; one answer lost just before. */
function operations(gone: number): Operation[] {
  return Array.from({ length: 420 }, (_, sequence) => {
    const sent = (sequence - 120) * second
    const outcome: Outcome = sequence === 118 ? 'unknown' : sent >= 0 && sent < gone * second ? 'fail' : 'ok'
    return { sequence, sent, ended: sent + 40, outcome }
  })
}

const history = (gone: number): History => ({
  interval: second,
  planned: 420,
  operations: operations(gone),
  injected: 0,
  clockBound: 25,
})

/** A report whose recovery took `gone` seconds against an objective of `rto` seconds. */
export function sample(gone = 96, rto = 900): DrillReport {
  const sql = history(gone)
  const kept = new Set(sql.operations.filter(({ outcome }) => outcome === 'ok').map(({ sequence }) => sequence))
  kept.delete(117)
  const loss = measureLoss(sql, { verify: kept, failback: kept, snapshot: new Set([117]) })
  const recovery = measureRecovery(sql)
  return {
    version: 1,
    id: 'd-20261120-030000-7f3a',
    title: 'Payments, primary region lost',
    system: 'payments',
    suffix: 'pr123',
    scenario: 'region',
    mode: 'ungraceful',
    class: 'L4',
    simulated: true,
    account: '••••••••0000',
    regions: ['us-east-1', 'us-west-2'],
    software: '0.1.0',
    release: 'r3',
    plan: 'ab'.repeat(32),
    by: 'role/on-call',
    started: start,
    injected: start + 120 * second,
    ended: start + 420 * second,
    objectives: [
      { name: 'RTO', probe: 'http <ready>', source: 'system.yaml', ...judgeRecovery(sql, recovery, rto * second) },
      { name: 'RPO', probe: 'sql', source: 'system.yaml', ...judgeLoss(sql, loss, 300 * second) },
    ],
    parts: [
      { name: 'detect', ms: 61 * second },
      { name: 'promote', ms: (gone - 61) * second },
    ],
    pooled: [
      { probe: 'http-pooled', beside: 'http <ready>', longer: { from: 58 * second, to: 62 * second } },
      { probe: 'sql-pooled', beside: 'sql', because: 'the probe sent 3 of 420 planned operations' },
    ],
    phases: [
      { phase: 'steady-before', from: start, to: start + 120 * second },
      { phase: 'inject', from: start + 120 * second, to: start + 121 * second },
      { phase: 'recover', from: start + 121 * second, to: start + (120 + gone) * second },
      { phase: 'failback', from: start + (120 + gone) * second, to: start + 420 * second },
    ],
    probes: [
      { name: 'sql', operations: sql.operations, ...(loss && { loss }), lags: [] },
      {
        name: 'dynamodb',
        operations: operations(0),
        lags: Array.from({ length: 40 }, (_, i) => ({ at: (i - 12) * 10 * second, lag: 600 + (i % 7) * 110 })),
      },
    ],
    checks: [
      { phase: 'verify', name: 'exactly one writer', verdict: 'pass', detail: 'us-west-2' },
      { phase: 'reconcile', name: 'events on both buses', verdict: 'not-tested', detail: 'no event | was sent' },
    ],
    guards: [{ name: 'customer errors', armed: false, tripped: false, detail: 'INSUFFICIENT_DATA' }],
    timeline: [
      { at: start + 119 * second, phase: 'arm', what: 'dead man set' },
      { at: start + 120 * second, phase: 'inject', what: 'concurrency of payments-processor-pr123 set to 0 & kept' },
    ],
    restored: true,
    notProven: ['the reaction time of people: promotion was started by the drill'],
    actions: ['give the guard "customer errors" data: it could not have stopped this drill'],
  }
}
