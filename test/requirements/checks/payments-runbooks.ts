// Runbooks of the payments system; that every path of every document ends well is held in test/recovery.
import { expect } from 'vitest'
import { get, list, one, set, sides, text } from '../world.ts'
import type { Check, Item, Side, World } from '../world.ts'

const document = (world: World, side: Side, key: string): Item =>
  one(world, 'AWS::SSM::Document', side, { Name: world.outputs[key] ?? '' })
const steps = (item: Item) => list(item, 'Content.mainSteps')
const named = (item: Item, name: string): number => steps(item).findIndex((step) => get(step, 'name') === name)

export const paymentsRunbooks: Check[] = [
  {
    ids: 'PAY-26',
    rule: 'either region holds a document that lets the primary seem ill, waits for the name to move, and restores',
    holds: (world) => {
      for (const side of sides) {
        const test = document(world, side, 'FailoverTestDocument')
        expect(text(test, 'Name')).toBe(`payments-failover-test-${world.suffix}`)
        expect(get(test, 'DocumentType')).toBe('Automation')
        const [turn, away, restore] = ['turnPrimary', 'waitAway', 'restorePrimary'].map((name) => named(test, name))
        expect([turn, away, restore]).not.toContain(-1)
        expect(get(steps(test)[turn!], 'inputs.Inverted')).toBe(true)
        expect(get(steps(test)[away!], 'inputs.Api')).toBe('TestDNSAnswer')
        // Whatever goes wrong between, and whoever cancels, the check is turned back.
        for (const step of steps(test).slice(turn, restore)) {
          expect(get(step, 'onFailure'), text(step, 'name')).toBe('step:restorePrimary')
          expect(get(step, 'onCancel'), text(step, 'name')).toBe('step:restorePrimary')
        }
        expect(get(steps(test)[restore!], 'inputs')).toMatchObject({ Api: 'UpdateHealthCheck', Inverted: false })
        const last = ['waitBack', 'tellDone', 'tellNotRestored']
        expect(
          steps(test)
            .slice(-3)
            .map((step) => get(step, 'name')),
        ).toEqual(last)
      }
    },
    breaks: (world) => {
      const test = document(world, 'failover', 'FailoverTestDocument')
      set(test, `Content.mainSteps.${named(test, 'waitAway')}.onFailure`, 'Abort')
    },
  },
  {
    ids: 'PAY-03',
    rule: 'either region holds the document that promotes it, by the name that alarm and workflow start',
    holds: (world) => {
      for (const side of sides)
        expect(text(document(world, side, 'PromoteDocument'), 'Name')).toBe(`payments-promote-${world.suffix}`)
    },
    breaks: (world) => set(document(world, 'failover', 'PromoteDocument'), 'Name', 'another'),
  },
  {
    ids: 'PAY-19',
    rule: 'a document restores to a time into a cluster of its own, which from then on can go back 72 hours in place',
    holds: (world) => {
      for (const side of sides)
        expect(JSON.stringify(steps(document(world, side, 'RewindDocument')))).toContain('"BacktrackWindow":259200')
    },
    breaks: (world) => set(document(world, 'primary', 'RewindDocument'), 'Content.mainSteps', []),
  },
]
