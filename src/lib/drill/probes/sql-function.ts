// Numbered rows in a database that has no Data API.
import { throughFunction } from './function.ts'

/** `target`: `function`, the name of the probe function in `from`. */
export const sqlFunction = throughFunction('sql-function', 'database')
