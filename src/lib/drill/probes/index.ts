// Every kind of probe that a drill file may name.
import type { ProbeKind } from '../drill.ts'
import { dns } from './dns.ts'
import { dynamodb } from './dynamodb.ts'
import { http } from './http.ts'
import { s3 } from './s3.ts'
import { sqlFunction } from './sql-function.ts'
import { sql } from './sql.ts'

const all: ProbeKind[] = [dns, dynamodb, http, s3, sql, sqlFunction]

/** By name. */
export const probeKinds: Readonly<Record<string, ProbeKind>> = Object.fromEntries(all.map((one) => [one.name, one]))
