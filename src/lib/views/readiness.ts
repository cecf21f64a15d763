// Whether an environment can fail over, as pure text: the answer first, then what it rests on, then what is wrong.
// What nobody looked at stands in no table; one line names it.
import { type Fact, isKnown, type Observation, type SecretFact } from '../status/observation.ts'
import type { Finding, Level } from '../status/judging.ts'
import type { Verdict } from '../status/verdict.ts'
import type { Paint } from './paint.ts'
import { age, columns, drillRows, rolesTable, lagsTable, regionsTable, short } from './readiness-tables.ts'
import { duration, wrap, wrapAdvice, wrapCommand } from '../core/words.ts'

const answers: Record<Verdict['answer'], string> = {
  yes: 'YES',
  no: 'NO',
  unknown: 'UNKNOWN',
  busy: 'RUNNING',
  nothing: 'NOTHING',
}
const indent = ' '.repeat(15)

/** Everything but the heading, at most `width` columns wide where names and commands allow it. */
export function readinessText(it: Observation, judged: Verdict, paint: Paint, width: number): string {
  if (judged.answer === 'nothing') return answerLines(it, judged, paint, width).join('\n')
  const blocks = [
    answerLines(it, judged, paint, width),
    rolesTable(it, paint),
    lagsTable(it, paint),
    [...regionsTable(it, paint), ...facts(it, width)],
    [...findingLines(judged.findings, paint, width), ...blind(it, width)],
  ]
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n').replace(/ +$/gm, ''))
    .join('\n\n')
}

function answerLines(it: Observation, judged: Verdict, paint: Paint, width: number): string[] {
  const colour = { yes: paint.good, no: paint.bad, unknown: paint.warn, busy: paint.warn, nothing: paint.dim }
  const { objectives, at } = it
  const { loss, provenRto, answer, verdict } = judged
  const room = width - indent.length
  const yes = `to ${judged.to}, ${judged.mode}`
  const first = wrap(
    `${answers[answer]}  ${answer === 'yes' ? yes : verdict.slice(verdict.indexOf(': ') + 1).trim()}`,
    room,
  )
  const head = first.map((line, index) =>
    index === 0 ? `FAILOVER NOW?  ${line.replace(answers[answer], colour[answer](answers[answer]))}` : indent + line,
  )
  if (answer === 'nothing') return head
  const stale = loss && at - loss.at > 60_000 ? `, seen ${age(at, loss.at)}` : ''
  const lost = loss
    ? `loss if now ${loss.least ? 'at least' : 'about'} ${loss.seconds} s (RPO ${short(objectives.rpoSeconds)}${stale})`
    : judged.mode === 'between zones' && it.lags.length === 0
      ? `both zones have what was acknowledged, by design (RPO ${short(objectives.rpoSeconds)})`
      : `loss if now not known (RPO ${short(objectives.rpoSeconds)})`
  const proven = provenRto
    ? `proven RTO ${duration(provenRto.seconds)} of ${short(objectives.rtoSeconds)}, ${age(at, provenRto.at)}`
    : `no RTO proven (${short(objectives.rtoSeconds)})`
  const decide =
    judged.mode === 'ungraceful only'
      ? ['a person decides; whether the other region still writes is not confirmed']
      : []
  const typed = [
    ...(judged.command === '' ? [] : wrapCommand('type', judged.command, room)),
    ...(judged.lossyCommand === undefined
      ? []
      : wrapCommand(`only where ${judged.from} is lost`, judged.lossyCommand, room)),
  ]
  const type = ['yes', 'unknown'].includes(answer) ? typed : []
  return [
    ...head,
    ...[...[`${lost} · ${proven}`, ...decide].flatMap((line) => wrap(line, room)), ...type].map((one) => indent + one),
  ]
}

/** One line each: what is neither a role nor of one region. */
function facts(it: Observation, width: number): string[] {
  const since = (at: number): string => age(it.at, at)
  const line = <T>(name: string, fact: Fact<T>, words: (value: T, at: number) => string[]): string[] => {
    if (!isKnown(fact)) return fact.looked ? [columns([name, 13], [`? ${fact.unknown}`, 0])] : []
    return words(fact.value, fact.at).map((text, index) => columns([index === 0 ? name : '', 13], [text, 0]))
  }
  const stateOf = ({ now }: SecretFact): string => (isKnown(now) ? now.value.state : `? ${now.unknown}`)
  const secrets = [...new Set(it.secrets.map(stateOf))]
  return [
    ...line('DRIFT', it.drift, ({ stacks, drifted, unchecked }, at) => {
      if (unchecked.length === stacks) return [`never looked for in ${stacks} stacks`]
      const found = drifted.length > 0 ? `${drifted.length} of ${stacks} stacks` : `none in ${stacks} stacks`
      const rest = unchecked.length > 0 ? `, never in ${unchecked.length} of them` : ''
      return [`${found}, looked for ${since(at)}${rest}`]
    }),
    ...line('BACKUP', it.backup, ({ taken, copies, copied, tested }) => [
      [
        `until ${since(taken)}`,
        ...(copies ? [copied === undefined ? 'never copied' : `copied ${since(copied)}`] : []),
        ...(tested === undefined ? ['restore never tested'] : [`restore tested ${since(tested)}`]),
      ].join(' · '),
    ]),
    ...secrets.flatMap((state, index) => {
      const where = it.secrets.filter((one) => stateOf(one) === state).map(({ name, region }) => `${name} ${region}`)
      const lines = wrap(`${state}: ${where.join(', ')}`, width - 13)
      return lines.map((text, at) => columns([index + at === 0 ? 'SECRETS' : '', 13], [text, 0]))
    }),
    ...line('DRILLS', it.drills, (drills) =>
      drills.length === 0 ? ['NEVER TESTED'] : drillRows(it, drills, width - 13),
    ),
    ...line('AT WORK', it.work, (work) => {
      if (!work) return ['none']
      return wrap(`${work.by}, dr ${work.verb} since ${since(work.since)}${work.dead ? ', gone' : ''}`, width - 13)
    }),
  ]
}

const titles: Record<Level, string> = { blocker: 'BLOCKERS', unknown: 'UNKNOWN', warning: 'WARNINGS' }

function findingLines(all: Finding[], paint: Paint, width: number): string[] {
  return (Object.keys(titles) as Level[]).flatMap((level) => {
    const found = all.filter((one) => one.level === level)
    if (found.length === 0) return level === 'unknown' ? [] : [columns([titles[level], 11], ['none', 0])]
    const colour = level === 'blocker' ? paint.bad : paint.warn
    return found.flatMap(({ what, mend }, index) => {
      const title = (index === 0 ? titles[level] : '').padEnd(10)
      const mark = `${level[0]?.toUpperCase() ?? ''}${index + 1}`.padEnd(3)
      const [first = '', ...rest] = wrap(what, width - 14)
      const mending = wrapAdvice(mend, width - 17).map((line, at) => (at === 0 ? `-> ${line}` : `   ${line}`))
      return [`${colour(title)} ${mark}${first}`, ...[...rest, ...mending].map((line) => ' '.repeat(14) + line)]
    })
  })
}

/** What stands nowhere above, since nobody looked; what decides stands among the unknown. */
function blind(it: Observation, width: number): string[] {
  const unseen = (name: string, ...all: Fact<unknown>[]): string[] =>
    all.some((fact) => !isKnown(fact) && !fact.looked) ? [name] : []
  const names = [
    ...unseen('alarms', ...it.regions.map(({ alarms }) => alarms)),
    ...unseen('quotas', ...it.regions.map(({ quotas }) => quotas)),
    ...unseen('drift', it.drift),
    ...unseen('backups', it.backup),
    ...unseen('drills', it.drills),
    ...unseen('leftovers of drills', it.leftovers),
  ]
  return names.length === 0 ? [] : wrap(`not looked at: ${names.join(', ')}`, width)
}
