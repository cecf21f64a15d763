// For each document: the world before an execution, what makes its steps end as a way wants it, and when all is well again.
import { type Acts } from './drive.ts'
import {
  clusterIn,
  drill,
  handAway,
  hang,
  hasten,
  invert,
  isReady,
  lead,
  loseTable,
  moved,
  ofRewind,
  openDrill,
  other,
  point,
  promoted,
  rehome,
  replicas,
  reserve,
  rewind,
  silence,
} from './acts.ts'
import { east, hasDatabase, inverted, minute, name, pass, reserved, west, writers, type Place } from './place.ts'

/** Whether the way comes by this step and, if named, with this event. */
export type Goes = (step: string, event?: string) => boolean

export interface World {
  /** Makes the world as it is before the execution in region `here`, and gives what the document is started with. */
  before?: (place: Place, here: string, goes: Goes) => Record<string, string[]>
  acts?: (here: string, goes: Goes) => Acts
  /** What the document was for is reached. */
  done: (place: Place, here: string, goes: Goes) => boolean
  /** What it did is taken back; by default: nothing differs from the world before. */
  restored?: (place: Place) => boolean
}

const same = (one: unknown, two: unknown): boolean => JSON.stringify(one) === JSON.stringify(two)
const isUpright = (place: Place): boolean => same(inverted(place), [false, false])
const isHome = (place: Place): boolean => name(place) === place.value('PrimaryApiHost')
const writes = (place: Place, region: string): boolean => same(writers(place).regions, [region])

const failoverTest: World = {
  before: (_, __, goes) => ({ TurnFailover: [String(goes('turnFailover'))] }),
  acts: () => ({
    'assertUntouched failure': (place) => invert(place, 'Primary', true),
    'waitAway success': (place) => lead(place, west),
    'waitAway timeout': (place) => point(place, east),
    'waitBack timeout': (place) => point(place, west),
  }),
  restored: isUpright,
  done: (place) => isUpright(place) && isHome(place),
}

const preflight: World = {
  acts: (here) => ({
    'assertPrimaryCheck failure': (place) => invert(place, 'Primary', true),
    'assertDatabase failure': handAway,
    'assertTable failure': (place) => loseTable(place, here),
    'assertFailoverCheck failure': (place) => invert(place, 'Failover', true),
  }),
  done: isUpright,
}

const verify: World = {
  before: (place, here, goes) => {
    if (hasDatabase(place)) moved(place, goes('assertWriter', 'failure') ? other(here) : here)
    return {}
  },
  acts: (here) => ({
    // The writer is elsewhere: the script itself says so.
    'assertWriter failure': () => undefined,
    'waitReady failure': (place) => silence(place, here),
  }),
  done: (place, here) => (!hasDatabase(place) || writes(place, here)) && isReady(place, here),
}

const promote: World = {
  before: (place, here, goes) => {
    moved(place, goes('promote') ? other(here) : here)
    if (here === east && goes('releaseSecret', 'success')) rehome(place)
    return {}
  },
  acts: (_, goes) => ({
    ...(goes('tellLate') && { 'follow success': hang }),
    'verify success': hasten,
  }),
  done: writes,
}

const switchover: World = {
  before: (place, here, goes) => {
    moved(place, goes('assertReady', 'success') || goes('assertReady', 'cancel') ? here : other(here))
    // Asked for here, it would bring the writer that is elsewhere.
    const target = goes('assertReady', 'failure') ? here : other(here)
    return { TargetClusterArn: [clusterIn(place, target)] }
  },
  acts: () => ({
    'wait timeout': hang,
    // The writer is not here: the script itself says so.
    'assertReady failure': () => undefined,
  }),
  done: (place, here) => writes(place, other(here)),
}

const failback: World = {
  before: (place, here, goes) => {
    promoted(place)
    // Rebuilding takes minutes; the document waits for it, and gives up only when it takes hours.
    pass(place, 5 * minute)
    if (goes('waitMembers', 'failure')) hang(place)
    else if (here === east) {
      pass(place, 30 * minute)
      moved(place, east)
    }
    return { PeerRegion: [west] }
  },
  acts: () => ({ 'waitMembers failure': () => undefined }),
  done: (place) =>
    writes(place, east) && same(replicas(place), [{ ...replicas(place)[0], Region: west, Status: 'InSync' }]),
}

const deadMan: World = {
  before: (place, here, goes) => {
    const Mode = [goes('hold') ? 'alarm' : 'restore']
    if (!goes('leave')) {
      openDrill(place, here)
      reserve(place, 0)
      invert(place, 'Primary', true)
      if (hasDatabase(place) && here === west) moved(place, west)
    }
    return { Drill: ['d-1'], Mode, Functions: [`${east}:${place.value('PrimaryFunctionName')}:none`] }
  },
  acts: () => ({
    'waitAtRest timeout': handAway,
    'verifyName timeout': (place) => point(place, west),
  }),
  done: (place, here, goes) => {
    if (goes('leave')) return isUpright(place)
    if (goes('hold')) return same(JSON.parse(drill(place, here) ?? '{}'), { drill: 'd-1', state: 'HELD' })
    const isBack = reserved(place) === undefined && isUpright(place) && isHome(place)
    return isBack && (!hasDatabase(place) || writes(place, east))
  },
}

const rewinding: World = {
  before: (place, here, goes) => {
    const isRemoval = goes('removeInstance')
    if (isRemoval) rewind(place, here, !goes('removeInstance', 'failure'))
    const RestoreToTime = [new Date(place.moment.cloud.now - 10 * minute).toISOString()]
    return { Mode: [isRemoval ? 'remove' : 'restore'], RestoreToTime }
  },
  acts: () => ({
    'waitCluster timeout': hang,
    'waitInstance timeout': hang,
    // There is no instance.
    'removeInstance failure': () => undefined,
  }),
  restored: (place) => ofRewind(place).length === 0,
  done: (place, _, goes) => same(ofRewind(place), goes('removeInstance') ? [] : ['available', 'available']),
}

export const worlds: Record<string, World> = {
  'failover-test': failoverTest,
  preflight,
  verify,
  promote,
  switchover,
  failback,
  'dead-man': deadMan,
  rewind: rewinding,
  // It says that it has told, and does nothing else.
  'failover-notice': {
    before: ({ value }, here) => ({
      AutomationAssumeRole: [`arn:aws:iam::000000000000:role/dr/${value('System')}-failover-notice-${here}-pr123`],
    }),
    done: () => true,
  },
}
