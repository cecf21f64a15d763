// Makes real templates resource by resource, in the order of their references, and adds up how long it takes.
import { dirname, join } from 'node:path'

import { nestedOverhead, usualOf } from '../../../src/lib/core/durations.ts'
import type { Region, Value } from '../../../src/lib/core/model.ts'
import { record, text } from '../../../src/simulator/existing.ts'
import type { Properties } from '../../../src/simulator/resources/kind.ts'
import { create, removable, remove } from '../../../src/simulator/resources/lifecycle.ts'
import type { Cloud } from '../../../src/simulator/state.ts'
import { evaluate } from '../../../src/lib/templates/evaluate.ts'
import type { Evaluation } from '../../../src/lib/templates/evaluation.ts'
import { loadTemplate } from '../../../src/lib/templates/load.ts'
import { region as regionOf } from './region.ts'

const nested = 'AWS::CloudFormation::Stack'

interface Made {
  type: string
  physicalId: string
  attributes: Record<string, Value>
}

/** What became of a template: its outputs, the seconds it took, and a way to take all away again. */
export interface Walked {
  outputs: Record<string, Value>
  seconds: number
  undo: () => void
}

const zones = (region: Region): string[] => ['a', 'b', 'c'].map((letter) => region + letter)

const inOrder = (evaluation: Evaluation): string[] => {
  const done: string[] = []
  const visit = (id: string): void => {
    if (done.includes(id)) return
    for (const before of evaluation.dependencies(id)) visit(before)
    done.push(id)
  }
  for (const id of evaluation.resources) visit(id)
  return done
}

/** Values as parameters of a nested stack: lists joined by commas. */
const asParameters = (values: Record<string, Value>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat().map(text).join(',')]))

/** Makes a template and all that it nests. */
export function walk(
  cloud: Cloud,
  region: Region,
  stackName: string,
  file: string,
  parameters: Record<string, string>,
): Walked {
  const made: Record<string, Made> = {}
  const undo: (() => void)[] = []
  const ends: Record<string, number> = {}
  const here = regionOf(cloud, region, stackName)
  const { body } = loadTemplate(file)
  const evaluation = evaluate(body, parameters, {
    pseudo: {
      'AWS::Region': region,
      'AWS::AccountId': '000000000000',
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stackName,
      'AWS::StackId': stackName,
    },
    zones,
    ref: (id) => made[id]?.physicalId ?? '',
    attribute: (id, name) => {
      const value = made[id]?.attributes[name]
      if (value === undefined) throw new Error(`${file}: ${id} (${made[id]?.type}) has no attribute ${name}`)
      return value
    },
  })
  for (const id of inOrder(evaluation)) {
    const type = body.Resources[id]?.Type ?? ''
    const properties = evaluation.properties(id)
    const begin = Math.max(0, ...evaluation.dependencies(id).map((before) => ends[before] ?? 0))
    const { took, ...result } = type === nested ? child(id, properties) : single(id, type, properties)
    made[id] = { type, ...result }
    ends[id] = begin + took
  }

  function single(id: string, type: string, properties: Properties) {
    const around = here.around(id)
    const result = create(around, type, properties)
    undo.push(() => {
      removable(around, type, result.physicalId)
      remove(around, type, result.physicalId)
    })
    return { ...result, took: usualOf(type, properties).create }
  }

  function child(id: string, { TemplateURL, Parameters }: Properties) {
    const path = join(dirname(file), TemplateURL as string)
    const inner = walk(cloud, region, `${stackName}-${id}`, path, asParameters(record(Parameters)))
    undo.push(inner.undo)
    const attributes = Object.fromEntries(
      Object.entries(inner.outputs).map(([name, value]) => [`Outputs.${name}`, value]),
    )
    return { physicalId: `${stackName}-${id}`, attributes, took: inner.seconds + nestedOverhead }
  }

  return {
    outputs: evaluation.outputs(),
    seconds: Math.max(0, ...Object.values(ends)),
    undo: () => {
      for (const one of undo.toReversed()) one()
    },
  }
}
