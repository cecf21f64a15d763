// What Systems Manager accepts in an automation document, and the limits it sets.
// Source: Systems Manager User Guide, "Data elements and parameters" and "Systems Manager Automation actions reference".
import type { Content, Step } from './documents.ts'

const actions: Record<string, { needs: string[]; outputs: boolean }> = {
  'aws:executeAwsApi': { needs: ['Service', 'Api'], outputs: true },
  'aws:executeAutomation': { needs: ['DocumentName'], outputs: false },
  'aws:executeScript': { needs: ['Runtime', 'Handler', 'Script'], outputs: true },
  'aws:branch': { needs: ['Choices', 'Default'], outputs: false },
  'aws:assertAwsResourceProperty': { needs: ['Service', 'Api', 'PropertySelector', 'DesiredValues'], outputs: false },
  'aws:waitForAwsResourceProperty': { needs: ['Service', 'Api', 'PropertySelector', 'DesiredValues'], outputs: false },
}
const stepKeys = new Set(
  'name action description onFailure onCancel nextStep isEnd isCritical timeoutSeconds maxAttempts inputs outputs'.split(
    ' ',
  ),
)
const rootKeys = new Set(['schemaVersion', 'description', 'assumeRole', 'parameters', 'mainSteps'])
const outputTypes = new Set(['String', 'StringList', 'Integer', 'Boolean', 'StringMap', 'MapList'])
const parameterTypes = new Set([...outputTypes, 'AWS::IAM::Role::Arn'])
/** Variables that Systems Manager itself gives. */
const given = /^(global:(DATE|DATE_TIME|REGION)|automation:(EXECUTION_ID|REGION|ACCOUNT_ID))$/
/** A script ends after 600 seconds, whatever its step says. */
const scriptSeconds = 600
const documentBytes = 64 * 1024

/** Everything that is wrong with a document, in words. */
export function faults(content: Content): string[] {
  const { mainSteps: steps, parameters } = content
  const found: string[] = []
  const demand = (holds: boolean, fault: string): void => void (holds || found.push(fault))
  demand(content.schemaVersion === '0.3', 'schemaVersion is not 0.3')
  demand(Buffer.byteLength(JSON.stringify(content)) <= documentBytes, 'is longer than 64 KB')
  for (const key of Object.keys(content)) demand(rootKeys.has(key), `unknown key ${key}`)
  for (const [name, { type, default: value, allowedValues }] of Object.entries(parameters)) {
    demand(parameterTypes.has(type), `${name} has the unknown type ${type}`)
    const allowed = value === undefined || !allowedValues || allowedValues.includes(value)
    demand(allowed, `${name} does not allow its own default`)
  }
  const names = steps.map(({ name }) => name)
  demand(new Set(names).size === names.length, 'two steps have one name')
  demand(steps.length > 0 && steps.length <= 100, 'has no steps, or more than 100')
  for (const [index, step] of steps.entries()) {
    found.push(...stepFaults(step, names).map((fault) => `${step.name}: ${fault}`))
    for (const variable of variables(step)) {
      const [owner = '', output] = variable.split('.')
      const before = steps.slice(0, index).find(({ name }) => name === owner)
      const known = given.test(variable) || (output === undefined ? variable in parameters : isOutput(before, output))
      demand(known, `${step.name}: {{ ${variable} }} is nothing that is known there`)
    }
  }
  demand(content.assumeRole === '{{ AutomationAssumeRole }}', 'does not run under the role it is given')
  demand('AutomationAssumeRole' in parameters, 'takes no role')
  return found
}

const isOutput = (step: Step | undefined, output: string): boolean =>
  step?.outputs?.some(({ Name }) => Name === output) ?? false

const variables = (step: Step): string[] =>
  [...JSON.stringify(step.inputs).matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map(([, variable = '']) => variable)

function stepFaults(step: Step, names: string[]): string[] {
  const found: string[] = []
  const demand = (holds: boolean, fault: string): void => void (holds || found.push(fault))
  const action = actions[step.action]
  for (const key of Object.keys(step)) demand(stepKeys.has(key), `unknown key ${key}`)
  demand(/^[A-Za-z0-9_]{3,128}$/.test(step.name), 'is no name')
  demand(action !== undefined, `${step.action} is no action that is used here`)
  for (const input of action?.needs ?? []) demand(step.inputs[input] !== undefined, `lacks the input ${input}`)
  demand(action?.outputs !== false || step.outputs === undefined, 'cannot have outputs')
  for (const { Name, Selector, Type } of step.outputs ?? []) {
    demand(outputTypes.has(Type), `${Name} has the unknown type ${Type}`)
    demand(Selector.startsWith('$.'), `${Name} has no selector`)
  }
  const targets = [step.nextStep, ...[step.onFailure, step.onCancel].map((to) => /^step:(.*)$/.exec(to ?? '')?.[1])]
  const choices = (step.inputs['Choices'] ?? []) as { NextStep: string }[]
  targets.push(...choices.map(({ NextStep }) => NextStep), step.inputs['Default'] as string | undefined)
  for (const target of targets)
    demand(target === undefined || names.includes(target), `leads to ${target}, which is not there`)
  demand(/^(Abort|Continue|step:.+)$/.test(step.onFailure ?? 'Abort'), `onFailure: ${step.onFailure}`)
  demand(/^(Abort|step:.+)$/.test(step.onCancel ?? 'Abort'), `onCancel: ${step.onCancel}`)
  demand(!(step.isEnd && step.nextStep), 'is the end and has a next step')
  // It "ends no matter whether the step succeeds or fails" (API reference of StepExecution), so that nobody would be told.
  const goesOn = [step.onFailure, step.onCancel].some((to) => to?.startsWith('step:'))
  demand(!(step.isEnd && goesOn), 'is the end, and would go on where it fails')
  if (step.action === 'aws:executeScript') {
    demand((step.timeoutSeconds ?? Infinity) <= scriptSeconds, 'may run longer than a script can')
    demand(String(step.inputs['Script']).includes(`def ${String(step.inputs['Handler'])}(`), 'has no such handler')
  }
  if (step.action.startsWith('aws:waitFor')) demand(step.timeoutSeconds !== undefined, 'waits for an hour unless told')
  return found
}
