// Every kind of probe that a drill file may name.
import type { ProbeKind } from '../drill.ts'
import { cache } from './cache.ts'
import { dns } from './dns.ts'
import { dynamodb } from './dynamodb.ts'
import { events } from './events.ts'
import { file } from './file.ts'
import { http } from './http.ts'
import { s3 } from './s3.ts'
import { sqlFunction } from './sql-function.ts'
import { sql } from './sql.ts'
import { stream } from './stream.ts'

const all: ProbeKind[] = [cache, dns, dynamodb, events, file, http, s3, sql, sqlFunction, stream]

/** By name. */
export const probeKinds: Readonly<Record<string, ProbeKind>> = Object.fromEntries(all.map((one) => [one.name, one]))
