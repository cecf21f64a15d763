// Numbered items in a global table: put where writes are taken, looked for where they must survive.
import type { Tables } from '../../aws/table.ts'
import { named } from '../../aws/shape.ts'
import { DrError } from '../../core/errors.ts'
import type { Region } from '../../core/model.ts'
import type { Ground, Probe, ProbeKind, ProbePlan } from '../drill.ts'
import type { Outcome } from '../measure/history.ts'

/** DynamoDB's word that nothing was written. */
const refusals = [
  'AccessDenied',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
  'ResourceNotFound',
  'Throttling',
  'UnrecognizedClient',
  'Validation',
]

/** Keys are looked for in blocks; beyond the last number known so many absent ones mean that there are no more. */
const block = 600

class ItemProbe implements Probe {
  private readonly ground: Ground
  private readonly plan: ProbePlan
  /** Where it writes; what took the last write is first. */
  private regions: Region[]
  private highest = -1
  private key = ''

  constructor(plan: ProbePlan, ground: Ground) {
    this.plan = plan
    this.ground = ground
    this.regions = plan.from === plan.to ? [plan.from] : [plan.from, plan.to]
  }

  private get table(): string {
    return this.plan.target['table'] ?? ''
  }

  private id(sequence: number): string {
    return `dr-probe#${this.ground.drill}#${this.plan.name}#${sequence}`
  }

  /** The table's key, from whichever region answers. Throws DrError when there is no such table. */
  private async keyName(): Promise<string> {
    for (const region of this.regions) {
      if (this.key !== '') break
      const found = await (await this.tables(region)).table(this.table).catch(() => undefined)
      this.key = found?.key ?? ''
    }
    if (this.key !== '') return this.key
    throw new DrError(
      'NoTarget',
      3,
      `there is no table ${this.table} in ${this.regions.join(' or ')}`,
      'see: dr status',
    )
  }

  private tables(region: Region): Promise<Tables> {
    return this.ground.aws.tables(region)
  }

  async prepare(): Promise<void> {
    await this.keyName()
  }

  async attempt(sequence: number, signal: AbortSignal): Promise<Outcome> {
    this.highest = Math.max(this.highest, sequence)
    const item = { [await this.keyName()]: this.id(sequence), drill: this.ground.drill }
    let outcome: Outcome = 'unknown'
    for (const region of this.regions) {
      try {
        await (await this.tables(region)).put(this.table, item, signal)
        outcome = 'ok'
      } catch (error) {
        outcome = named(error, ...refusals) ? 'fail' : 'unknown'
      }
      const others = this.regions.filter((other) => other !== region)
      if (outcome === 'ok') this.regions = [region, ...others]
      if (outcome === 'unknown') this.regions = [...others, region]
      // Nobody knows whether it is there: another region's copy would hide a loss.
      if (outcome !== 'fail') return outcome
    }
    return outcome
  }

  async find(): Promise<ReadonlySet<number> | undefined> {
    try {
      return await this.present(this.plan.to)
    } catch {
      return undefined
    }
  }

  private async present(region: Region): Promise<Set<number>> {
    const tables = await this.tables(region)
    const key = await this.keyName()
    const found = new Set<number>()
    for (let from = 0; ; from += block) {
      const numbers = Array.from({ length: block }, (_, index) => from + index)
      const there = await tables.present(
        this.table,
        key,
        numbers.map((number) => this.id(number)),
      )
      for (const number of numbers) if (there.has(this.id(number))) found.add(number)
      if (there.size === 0 && from + block > this.highest) return found
    }
  }

  async remove(): Promise<void> {
    const region = this.regions[0] ?? this.plan.to
    const numbers = await this.present(region)
    const ids = [...numbers].map((number) => this.id(number))
    await (await this.tables(region)).remove(this.table, await this.keyName(), ids)
  }
}

/** `target`: `table`, the same name in `from` and `to`. */
export const dynamodb: ProbeKind = {
  name: 'dynamodb',
  timeout: 5_000,
  start: (plan, ground) => new ItemProbe(plan, ground),
}
