import { describe, expect, test } from 'vitest'
import { runbooks, type Content, type Step } from './documents.ts'
import { changes, isFailure, tells, ways, type Way } from './graph.ts'
import { faults } from './schema.ts'

const payments = runbooks('payments')
const transactions = runbooks('transactions')
const all = [...payments, ...transactions].map((runbook) => [`${runbook.name} in ${runbook.side}`, runbook] as const)

/** Steps whose failure says nothing against the end: what they do is not what the runbook is for. */
const minor = new Set(['releaseSecret', 'tellLate', 'tellDone', 'removeInstance', 'leave'])

const describeWay = ({ taken, end }: Way): string =>
  [...taken.map(({ step, event }) => `${step.name}:${event}`), end].join(' → ')

/** From the first step that may have changed something, or nothing where none did. */
const sinceChange = ({ taken }: Way): Way['taken'] => {
  const first = taken.findIndex(({ step }) => changes(step))
  return first < 0 ? [] : taken.slice(first)
}

/** The last step was the message to the topic; when even that fails, the execution itself says so. */
const wasTold = ({ taken }: Way): boolean => tells((taken.at(-1) as Way['taken'][number]).step)

/** Ways that leave a change behind with nobody told. */
function silent(content: Content): string[] {
  return ways(content)
    .filter((way) => sinceChange(way).length > 0 && way.end === 'aborted' && !wasTold(way))
    .filter(({ taken }) => !isRestoring(taken))
    .map(describeWay)
}

/** Whoever stops a runbook while it restores stops it knowing so. */
const isRestoring = (taken: Way['taken']): boolean => {
  const last = taken.at(-1)
  return last?.event === 'cancel' && /^(restore|waitBack|remove)/.test(last.step.name)
}

/** Ways that end as planned though a step failed that counts: Systems Manager would call them a success. */
function glossed(content: Content): string[] {
  return ways(content)
    .filter(({ taken }) =>
      taken.some(({ step, event }) => isFailure(event) && step.onFailure !== undefined && !minor.has(step.name)),
    )
    .filter(({ taken, end }) => {
      const failed = taken.filter(({ step, event }) => isFailure(event) && !minor.has(step.name))
      return end === 'done' && failed.every(({ step }) => step.isCritical === false)
    })
    .map(describeWay)
}

describe.each(all)('the runbook %s', (_, { content }) => {
  test('is a document that Systems Manager accepts, within its limits', () => {
    expect(faults(content)).toEqual([])
  })

  test('comes to an end on every way, and uses every step', () => {
    const found = ways(content)
    const used = new Set(found.flatMap(({ taken }) => taken.map(({ step }) => step.name)))
    expect([...used].sort()).toEqual(content.mainSteps.map(({ name }) => name).sort())
    expect(found.some(({ taken, end }) => end === 'done' && taken.every(({ event }) => event === 'success'))).toBe(true)
  })

  test('leaves no change behind with nobody told', () => {
    expect(silent(content)).toEqual([])
  })

  test('calls no way a success on which something failed', () => {
    expect(glossed(content)).toEqual([])
  })
})

describe('a failover test (PAY-26)', () => {
  const kinds = [...payments, ...transactions].filter(({ kind }) => kind === 'failover-test')

  test('is in both regions of both systems', () => {
    expect(kinds.map(({ system, side }) => `${system} ${side}`).sort()).toEqual([
      'payments failover',
      'payments primary',
      'transactions failover',
      'transactions primary',
    ])
  })

  test.each(kinds)('$system $side: once a check is turned round, every way turns both back or tells', ({ content }) => {
    for (const way of ways(content)) {
      const since = sinceChange(way)
      if (since.length === 0) continue
      const well = (name: string): boolean => since.some(({ step, event }) => step.name === name && event === 'success')
      const restored = well('restorePrimary') && well('restoreFailover')
      const stopped = since.some(({ step, event }) => event === 'cancel' && step.name.startsWith('restore'))
      expect(restored || wasTold(way) || stopped, describeWay(way)).toBe(true)
    }
  })

  test('makes the failover region seem healthy only where it is not in normal times', () => {
    const turned = (system: string) =>
      kinds.filter((one) => one.system === system).map(({ content }) => content.parameters['TurnFailover']?.default)
    expect([turned('payments'), turned('transactions')]).toEqual([
      ['true', 'true'],
      ['false', 'false'],
    ])
  })

  test('knows zone and checks where they are made, and asks for them elsewhere', () => {
    for (const { side, content } of kinds) {
      for (const name of ['HostedZoneId', 'RecordName', 'PrimaryHealthCheckId', 'FailoverHealthCheckId']) {
        expect(content.parameters[name]?.default !== undefined, `${name} in ${side}`).toBe(side === 'primary')
      }
    }
  })
})

describe('the writer of the global database', () => {
  const named = (kind: string, side: string): Content =>
    payments.find((one) => one.kind === kind && one.side === side)?.content ?? expect.unreachable(kind)
  const api = (step: Step): unknown => step.inputs['Api']

  test('is moved, rewound and looked at by runbooks of both regions', () => {
    const kinds = (side: string) => payments.filter((one) => one.side === side).map(({ kind }) => kind)
    const wanted = ['failback', 'failover-test', 'preflight', 'promote', 'rewind', 'switchover', 'verify']
    for (const side of ['primary', 'failover']) expect(kinds(side)).toEqual(expect.arrayContaining(wanted))
  })

  test('is promoted into the region that runs the runbook, with loss', () => {
    const { mainSteps, parameters } = named('promote', 'failover')
    const script = String(mainSteps.find(({ name }) => name === 'promote')?.inputs['Script'])
    expect(script).toMatch(/failover_global_cluster\([^)]*AllowDataLoss=True/)
    expect(parameters['TargetClusterArn']?.default).toMatch(/:us-west-2:.*:payments-failover-pr1$/)
  })

  test('is switched over to the other region, without loss', () => {
    expect(named('switchover', 'primary').parameters['TargetClusterArn']?.default).toMatch(/:us-west-2:/)
    expect(named('switchover', 'failover').parameters['TargetClusterArn']?.default).toMatch(/:us-east-1:/)
    expect(named('switchover', 'failover').mainSteps.map(api)).not.toContain('FailoverGlobalCluster')
    expect(JSON.stringify(named('switchover', 'primary'))).not.toContain('AllowDataLoss')
  })

  test('goes back to the primary region, whichever region runs the failback', () => {
    for (const side of ['primary', 'failover']) {
      expect(named('failback', side).parameters['HomeClusterArn']?.default).toMatch(
        /:us-east-1:.*:payments-primary-pr1$/,
      )
    }
  })

  test('is verified before any runbook calls it moved', () => {
    for (const kind of ['promote', 'switchover']) {
      for (const way of ways(named(kind, 'failover'))) {
        const said = way.taken.some(({ step }) => step.name === 'tellDone')
        const seen = way.taken.some(({ step, event }) => step.name === 'verify' && event === 'success')
        if (said) expect(seen, describeWay(way)).toBe(true)
      }
    }
  })

  test('is rewound beside the running one, to be taken back for 72 hours (PAY-19)', () => {
    const { mainSteps } = named('rewind', 'primary')
    const restore = mainSteps.find((step) => api(step) === 'RestoreDBClusterToPointInTime')
    expect(restore?.inputs).toMatchObject({ BacktrackWindow: 259200, DBClusterIdentifier: 'payments-rewind-pr1' })
    const touched = mainSteps
      .filter(changes)
      .map(({ inputs }) => inputs['DBClusterIdentifier'] ?? inputs['DBInstanceIdentifier'])
    expect(new Set(touched)).toEqual(new Set(['payments-rewind-pr1']))
  })
})

describe('the dead man of a drill (PAY-26, TXN-57)', () => {
  const kinds = [...payments, ...transactions].filter(({ kind }) => kind === 'dead-man')

  /** Ways that change something though nobody saw that the drill is still open. */
  const blind = (content: Content): string[] =>
    ways(content)
      .filter(({ taken }) => {
        const first = taken.findIndex(({ step }) => changes(step))
        const seen = taken.findIndex(({ step, event }) => step.name === 'look' && event === 'success')
        return first >= 0 && (seen < 0 || seen > first)
      })
      .map(describeWay)

  /** Ways on which something failed that counts, and nobody was told. */
  const untold = (content: Content): string[] =>
    ways(content)
      .filter(({ taken }) =>
        taken.some(({ step, event }) => event !== 'success' && step.isCritical !== false && !tells(step)),
      )
      .filter((way) => !wasTold(way))
      .map(describeWay)

  test('is in both regions of both systems, and knows the failback where there is a database', () => {
    expect(kinds.map(({ system, side }) => `${system} ${side}`).sort()).toEqual([
      'payments failover',
      'payments primary',
      'transactions failover',
      'transactions primary',
    ])
    const failsBack = ({ content }: (typeof kinds)[number]): boolean =>
      content.mainSteps.some(({ inputs }) => inputs['DocumentName'] === 'payments-failback-pr1')
    expect(kinds.filter(failsBack).map(({ system }) => system)).toEqual(['payments', 'payments'])
  })

  test.each(kinds)('$system $side: changes nothing unless the drill is still open', ({ content }) => {
    expect(blind(content)).toEqual([])
  })

  test.each(kinds)('$system $side: whatever fails, the people on call are told', ({ content }) => {
    expect(untold(content)).toEqual([])
  })

  test.each(kinds)('$system $side: of a drill with loss it changes nothing but its parameter', ({ content }) => {
    const ofAlarm = ways(content).filter(({ taken }) => taken.some(({ step }) => step.name === 'hold'))
    const touched = ofAlarm.flatMap(({ taken }) => taken.map(({ step }) => step).filter(changes))
    expect(new Set(touched.map(({ name }) => name))).toEqual(new Set(['hold']))
  })

  test('these tests see a dead man who does not look, and one who keeps a failure to himself', () => {
    const broken = (edit: (steps: Step[]) => Step[]): Content => {
      const content = structuredClone(kinds[0]?.content as Content)
      return { ...content, mainSteps: edit(content.mainSteps) }
    }
    const begins = (steps: Step[]): Step[] => steps.slice(steps.findIndex(({ name }) => name === 'allowFunctions'))
    expect(blind(broken(begins))).not.toEqual([])
    const silenced = (steps: Step[]): Step[] =>
      steps.map((step) => (step.name === 'turnChecks' ? { ...step, onFailure: 'Abort' } : step))
    expect(untold(broken(silenced))).not.toEqual([])
  })
})

describe('these tests see', () => {
  const broken = (edit: (steps: Record<string, Step>, content: Content) => void): Content => {
    const content = structuredClone(payments.find(({ kind }) => kind === 'failover-test')?.content as Content)
    edit(Object.fromEntries(content.mainSteps.map((step) => [step.name, step])), content)
    return content
  }

  test('a step that leaves the check turned round', () => {
    expect(silent(broken(({ waitAway }) => void (waitAway!.onFailure = 'Abort')))).not.toEqual([])
    expect(silent(broken(({ turnPrimary }) => void delete turnPrimary!.onCancel))).not.toEqual([])
  })

  test('a failure that would pass for a success', () => {
    expect(glossed(broken(({ waitAway }) => void (waitAway!.isCritical = false)))).not.toEqual([])
  })

  test('a way without an end', () => {
    expect(() => ways(broken(({ restoreFailover }) => void (restoreFailover!.nextStep = 'waitAway')))).toThrow(
      /comes back/,
    )
  })

  test.each<[string, (steps: Record<string, Step>, content: Content) => void]>([
    ['leads to nowhere, which is not there', ({ look }) => void (look!.onFailure = 'step:nowhere')],
    ['is nothing that is known there', ({ look }) => void (look!.inputs['HealthCheckId'] = '{{ Zone }}')],
    ['is nothing that is known there', ({ look }) => void (look!.inputs['HealthCheckId'] = '{{ waitBack.Answer }}')],
    ['lacks the input DesiredValues', ({ waitAway }) => void delete waitAway!.inputs['DesiredValues']],
    ['waits for an hour unless told', ({ waitAway }) => void delete waitAway!.timeoutSeconds],
    ['onCancel: Continue', ({ waitAway }) => void (waitAway!.onCancel = 'Continue')],
    ['is the end, and would go on', ({ waitBack }) => void (waitBack!.isEnd = true)],
    ['two steps have one name', ({ waitBack }) => void (waitBack!.name = 'look')],
    ['is no action that is used here', ({ waitBack }) => void (waitBack!.action = 'aws:pause')],
    ['does not allow its own default', (_, { parameters }) => void (parameters['TurnFailover']!.default = 'perhaps')],
  ])('that a document %s', (fault, edit) => {
    expect(faults(broken(edit)).join('\n')).toContain(fault)
  })
})
