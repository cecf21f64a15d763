// All checks of the transactions system that hold for templates and for what is deployed alike.
import { compute } from './compute.ts'
import { data } from './data.ts'
import { dns } from './dns.ts'
import { keys } from './keys.ts'
import { network } from './network.ts'
import { optional } from './optional.ts'
import { outputs } from './outputs.ts'
import { watching } from './watching.ts'

export const transactions = [network, data, compute, keys, dns, watching, outputs, optional].flat()
