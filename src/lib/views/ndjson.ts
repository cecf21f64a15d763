// Events as NDJSON: one object a line, a public contract with a version. The last line is the report.
import type { Event, Listener } from '../core/events.ts'

/** Grows when a field changes its meaning or goes; new fields and new kinds do not count. */
export const schemaVersion = 1

/** One event as one line, without line break. */
export const json = ({ at, ...event }: Event): string =>
  JSON.stringify({ schema: schemaVersion, time: new Date(at).toISOString(), ...event })

/** A listener that writes each event as a line. */
export const ndjson =
  (write: (line: string) => void): Listener =>
  (event) =>
    write(json(event))
