// The lines on which effects, order and concurrency depend, each with the test that must fail when the line is broken.
// Pure decisions are not here: `npm run mutate` changes them by itself.

export interface Guard {
  /** What the line prevents. */
  prevents: string
  file: string
  /** Matches once in the file; only as much of the line as makes it what it is. */
  line: RegExp
  broken: string
  test: string
  /** Only the tests of that file with such a name. */
  named: RegExp
}

const lib = (file: string): string => `src/lib/${file}.ts`
const test = (file: string): string => `test/${file}.test.ts`

/** One run at a time. */
const lock: Guard[] = [
  {
    prevents: 'taking the lock from a run that lives',
    file: lib('execute/lock'),
    line: /if \(!dead\) throw .+/,
    broken: '',
    test: test('execute/lock'),
    named: /held by a living run on another host/,
  },
  {
    prevents: 'two claims of the lock that both succeed',
    file: lib('aws/objects'),
    line: /\? \{ IfMatch: etag \} : \{ IfNoneMatch: '\*' \}/,
    broken: '? {} : {}',
    test: test('execute/lock'),
    named: /that somebody took over is lost/,
  },
  {
    prevents: 'changes by a run that has lost the lock',
    file: lib('execute/lock'),
    line: /if \(renewed === undefined\) throw .+/,
    broken: 'if (renewed === undefined) return',
    test: test('execute/lock'),
    named: /one that lost the lock stops before its next change/,
  },
  {
    prevents: 'a lease that ends while its run waits',
    file: lib('execute/lock'),
    line: /if \(clock\.now\(\) - written > .+\) await hold\(\)/,
    broken: '',
    test: test('execute/lock'),
    named: /is renewed while a run waits/,
  },
  {
    prevents: 'a call to change a stage without a renewal of the lock',
    file: lib('execute/actions/apply-stage'),
    line: /await context\.hold\(\)(?=\s+if \(call\.kind === 'update-set')/,
    broken: '',
    test: test('simulation/locked'),
    named: /^an update$/,
  },
]

/** What an earlier run, or somebody else, has under way. */
const resume: Guard[] = [
  {
    prevents: 'a second operation beside one of ours that still runs',
    file: lib('execute/actions/operation-id'),
    line: /if \(unended\(known\)\) return .+/,
    broken: '',
    test: test('runs/interrupt'),
    named: /adopts what AWS goes on with/,
  },
  {
    prevents: 'adopting an operation that leads to another state',
    file: lib('execute/actions/apply-stage'),
    line: /if \(foreign && !.+\) \{/,
    broken: 'if (foreign && false) {',
    test: test('runs/interrupt'),
    named: /that wants something else next time/,
  },
  {
    prevents: 'ending while an operation of ours still runs',
    file: lib('execute/actions/apply-stage'),
    line: /if \(!call && !foreign\) return/,
    broken: 'if (!call) return',
    test: test('runs/interrupt'),
    named: /whose instances are all done waits/,
  },
  {
    prevents: 'a deletion beside an operation that runs',
    file: lib('execute/actions/delete-stage'),
    line: /if \(running\) \{/,
    broken: 'if (running && false) {',
    test: test('runs/interrupt'),
    named: /of what an interrupted deploy began/,
  },
  {
    prevents: 'a failure where another operation began a moment earlier',
    file: lib('execute/actions/operation-id'),
    line: /if \(named\(error, .+\)\) return false/,
    broken: '',
    test: test('runs/order'),
    named: /OperationInProgressException means/,
  },
]

/** Nothing is reported that is not so. */
const truth: Guard[] = [
  {
    prevents: 'taking an operation of an unknown status for ended',
    file: lib('observe/observe'),
    line: / \|\| \(!terminal\.has\(status\) && endedAt === undefined\)/,
    broken: '',
    test: test('observe/observe'),
    named: /of an unknown status/,
  },
  {
    prevents: 'taking a region that does not answer for an empty one',
    file: lib('observe/observe'),
    line: /if \(!asked \|\| stack === 'silent'\) return .+/,
    broken: "if (stack === 'silent') return { ...it, overrides, stack: undefined }",
    test: test('runs/primary-gone'),
    named: /deploy refuses within a minute|plan says what it could not see/,
  },
  {
    prevents: 'success of an operation in which an instance failed',
    file: lib('execute/actions/apply-stage'),
    line: /end\.status === 'SUCCEEDED' && causes\.length === 0/,
    broken: "end.status === 'SUCCEEDED'",
    test: test('advice/cause-run'),
    named: /S2: and one that SUCCEEDED/,
  },
  {
    prevents: 'giving a stack a value that nobody knows',
    file: lib('execute/actions/apply-stage'),
    line: /if \(unknown\.length > 0\) return failedBecause.+/,
    broken: '',
    test: test('runs/unknown-input'),
    named: /never given a value/,
  },
  {
    prevents: 'outputs of a deploy that failed',
    file: lib('runs/concluded'),
    line: /files: exit === 0 && /,
    broken: 'files: ',
    test: test('runs/failure'),
    named: /leaves the outputs files as they were/,
  },
  {
    prevents: 'counting as gone what a destroy could not look at',
    file: lib('runs/destroy'),
    line: /left\.length === 0 && unseen\.length === 0/,
    broken: 'left.length === 0',
    test: test('runs/destroy'),
    named: /could not look at everything/,
  },
]

/** Nothing is lost that nobody gave up. */
const consent: Guard[] = [
  {
    prevents: 'a replacement under a fixed name, which CloudFormation refuses midway',
    file: lib('confirm/agreed'),
    line: /refuseKeptNames\(differences\)(?=\s+await obtain)/,
    broken: '',
    test: test('confirm/deploy-kept-names'),
    named: /is refused with both flags/,
  },
  {
    prevents: 'a deploy before anybody agreed',
    file: lib('confirm/agreed'),
    line: /await obtain\(.+\)/,
    broken: '',
    test: test('confirm/deploy-consent'),
    named: /widens rights without a terminal is refused/,
  },
  {
    prevents: 'a destroy without the suffix, typed',
    file: lib('runs/destroy'),
    line: /if \(answer === suffix\) return/,
    broken: 'return',
    test: test('runs/destroy'),
    named: /is missing when/,
  },
  {
    prevents: 'changing a stack set that somebody else made',
    file: lib('runs/planned'),
    line: /if \(!set \|\| \(ManagedBy === .+\) continue/,
    broken: 'continue',
    test: test('runs/refusal'),
    named: /is not deployed over/,
  },
  {
    prevents: 'deleting a stack with data that got stuck after the plan was agreed to',
    file: lib('execute/actions/repair'),
    line: /if \(no\) return failedBecause/,
    broken: 'if (no && false) return failedBecause',
    test: test('runs/repair'),
    named: /gets stuck after the plan/,
  },
  {
    prevents: 'forgetting an instance whose stack was not seen to be gone',
    file: lib('execute/actions/repair-deletion'),
    line: /if \(ended\.outcome === 'succeeded'\) gone\.push/,
    broken: 'if (ended.outcome) gone.push',
    test: test('runs/repair'),
    named: /stays with its stack as long as that cannot be deleted/,
  },
  {
    prevents: 'deleting a region before the one that was made after it',
    file: lib('plan/destroy'),
    line: /\.reverse\(\)/,
    broken: '',
    test: test('runs/order'),
    named: /goes through the regions of a stage backwards/,
  },
  {
    prevents: 'a drill that loses data with --yes alone',
    file: lib('confirm/agreed-drill'),
    line: /if \(!allowDataLoss\)/,
    broken: 'if (!yes)',
    test: test('drill/agreed'),
    named: /what may lose data, with --yes alone/,
  },
]

/** A drill writes before it acts, and ends when nobody is there. */
const drill: Guard[] = [
  {
    prevents: 'an act that the journal does not announce',
    file: lib('drill/run'),
    line: /await it\.record\.add\(\{ kind: 'begin'.+/,
    broken: '',
    test: test('drill/guards'),
    named: /announces each act in the bucket/,
  },
  {
    prevents: 'an injection of which the bucket does not know',
    file: lib('drill/record'),
    line: /if \(essential\) throw error(?=\s+this\.trouble\(`the journal's copy)/,
    broken: '',
    test: test('drill/guards'),
    named: /does not take lets nothing be injected/,
  },
  {
    prevents: 'an act of a run that has lost the lock',
    file: lib('drill/run'),
    line: /await keepLock\(it, task\)/,
    broken: '',
    test: test('drill/guards'),
    named: /when its lock is lost|when another run took its lock/,
  },
  {
    prevents: 'going on although the dead man is gone',
    file: lib('drill/run'),
    line: /error\.code === 'DeadManGone'/,
    broken: "error.code === ''",
    test: test('drill/guards'),
    named: /when the dead man is gone/,
  },
  {
    prevents: 'a dead man that acts although the run lives',
    file: lib('drill/run'),
    line: /await safety\.move\(.+\)/,
    broken: '',
    test: test('drill/guards'),
    named: /the dead man waits as long as/,
  },
  {
    prevents: 'going on while two places write',
    file: lib('drill/run'),
    line: /writers\.length > 1\) it\.turn/,
    broken: 'writers.length > 2) it.turn',
    test: test('drill/guards'),
    named: /when two places write/,
  },
  {
    prevents: 'taking a step for undone that nobody could look at',
    file: lib('drill/phases/after'),
    line: /if \(condition !== 'normal'\)/,
    broken: "if (condition === 'injected')",
    test: test('drill/guards'),
    named: /when nobody can see whether it is undone/,
  },
]

export const guards: Guard[] = [...lock, ...resume, ...truth, ...consent, ...drill]
