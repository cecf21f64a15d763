// What the scripts of the dead man's runbook do, as rules of the simulator.
import { list, record, text, texts } from '../existing.ts'
import type { Api, Script, Scripts } from '../automation/script.ts'

/** What the parameter of a drill holds; nothing where there is none. */
function heldIn(api: Api, lock: unknown): Record<string, unknown> {
  const found = record(api('GetParameters', { Names: [text(lock)] }))
  const [one] = list(found.Parameters)
  return one ? (JSON.parse(text(one.Value)) as Record<string, unknown>) : {}
}

const look: Script = ({ lock, drill, mode }, api) => ({
  Next: heldIn(api, lock)['drill'] === drill ? (mode ?? '') : 'nothing',
})

const hold: Script = ({ lock, drill }, api) => {
  const held = heldIn(api, lock)
  if (held['drill'] !== drill) throw new Error('the drill was ended meanwhile')
  const Value = JSON.stringify({ ...held, state: 'HELD' })
  api('PutParameter', { Name: text(lock), Value, Overwrite: true })
  return {}
}

const allow: Script = ({ functions }, api) => {
  const allowed = texts(functions).filter((one) => {
    const [region = '', FunctionName = '', reserved = ''] = one.split(':')
    const now = record(api('GetFunctionConcurrency', { FunctionName }, region))
    if (now.ReservedConcurrentExecutions !== 0) return false
    if (reserved === 'none') api('DeleteFunctionConcurrency', { FunctionName }, region)
    else api('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: Number(reserved) }, region)
    return true
  })
  return { Allowed: allowed.map((one) => one.split(':')[1]).join(' ') || 'none' }
}

const turn: Script = ({ checks }, api) => {
  const turned = texts(checks).filter((HealthCheckId) => {
    const found = record(record(api('GetHealthCheck', { HealthCheckId })).HealthCheck)
    if (record(found.HealthCheckConfig).Inverted !== true) return false
    api('UpdateHealthCheck', { HealthCheckId, Inverted: false })
    return true
  })
  return { Turned: turned.join(' ') || 'none' }
}

const verify: Script = ({ check }, api) => {
  const seen = list(record(api('GetHealthCheckStatus', { HealthCheckId: text(check) })).HealthCheckObservations)
  const well = seen.filter(({ StatusReport }) => text(record(StatusReport).Status).startsWith('Success'))
  return well.length * 2 > seen.length ? {} : 'later'
}

/** By the digests of their texts, as in `scripts`. */
export const deadManScripts: Scripts = {
  ebeb6f2b2dee: look,
  '7d774b0ddaee': hold,
  '616fa7fa401b': allow,
  '7dfa040592d7': turn,
  caed48af9ac9: verify,
}
