// What the body of a contract works with: clients, names, waiting, and taking away again what it made.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { S3Client } from '@aws-sdk/client-s3'
import { SSMClient } from '@aws-sdk/client-ssm'
import { NotShown } from './rule.ts'
import type { Target } from './target.ts'

/** What is to be taken away, newest last. */
type Undo = { what: string; undo: () => Promise<void> }

export class World {
  readonly target: Target
  readonly #run: Run
  readonly #undone: Undo[]

  constructor(run: Run, undone: Undo[]) {
    this.target = run.target
    this.#run = run
    this.#undone = undone
  }

  get cloudformation(): CloudFormationClient {
    return this.target.client(CloudFormationClient)
  }

  get s3(): S3Client {
    return this.target.client(S3Client)
  }

  get ssm(): SSMClient {
    return this.target.client(SSMClient)
  }

  /** A name that nothing else has. All names begin with `dr-contract-`, by which what is left is found. */
  name(what: string): string {
    return this.#run.name(what)
  }

  /** Looks until it is there; a look that never shows it leaves the rule unshown. */
  async until<T>(what: string, look: () => Promise<T>, isThere: (seen: T) => boolean): Promise<T> {
    for (let round = 0; round < 120; round++) {
      const seen = await look()
      if (isThere(seen)) return seen
      await this.target.sleep(Math.min(10_000, 1_000 + round * 500))
    }
    throw new NotShown(`${what} did not happen in time`)
  }

  /** What takes away, at the end of the rule, what the next call makes; said before the call, so that nothing is lost. */
  cleanup(what: string, undo: () => Promise<void>): void {
    this.#undone.push({ what, undo })
  }

  /** Made once for all rules of a run, and taken away after the last one. */
  shared<T>(what: string, make: (world: World) => Promise<T>): Promise<T> {
    return this.#run.shared(what, make)
  }
}

/** One run of contracts on one target. */
export class Run {
  readonly target: Target
  /** What could not be taken away. */
  readonly left: string[] = []
  readonly #id: string
  readonly #common: Undo[] = []
  readonly #shared = new Map<string, Promise<unknown>>()
  #names = 0

  constructor(target: Target, id: string) {
    this.target = target
    this.#id = id
  }

  name(what: string): string {
    this.#names += 1
    return `dr-contract-${this.#id}-${what}-${this.#names}`
  }

  shared<T>(what: string, make: (world: World) => Promise<T>): Promise<T> {
    const known = this.#shared.get(what)
    if (known) return known as Promise<T>
    const made = make(new World(this, this.#common))
    this.#shared.set(what, made)
    return made
  }

  /** Gives a world to `work` and takes away what it made, however it ends. */
  async inWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
    const undone: Undo[] = []
    try {
      return await work(new World(this, undone))
    } finally {
      await this.#takeAway(undone)
    }
  }

  /** Takes away what the rules shared. */
  end(): Promise<void> {
    return this.#takeAway(this.#common)
  }

  /** Newest first; one that fails does not keep the others. */
  async #takeAway(undone: Undo[]): Promise<void> {
    for (let last = undone.pop(); last; last = undone.pop()) {
      const { what, undo } = last
      await undo().catch((error: Error) => this.left.push(`${what} (${error.message})`))
    }
  }
}
