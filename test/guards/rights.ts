// Guards: which rights a plan calls new.
import type { Guard } from './guard.ts'

const parts = { tests: ['test/plan/differences-parts.test.ts'] }
const file = 'src/lib/plan/rights.ts'

export const rights: Guard[] = [
  {
    against: 'rights that were there taken for new ones',
    file,
    text: 'const fresh = values.filter((action) => !before.some((was) => within({ action, statement }, was)))',
    broken: 'const fresh = values',
    ...parts,
  },
  {
    against: 'a right without its condition taken for no more than with it',
    file,
    text: '    sameCondition &&\n',
    broken: '',
    ...parts,
  },
  {
    against: 'an action that a pattern does not cover taken for covered',
    file,
    text: '    coveredBy(was.actions.values, action) &&\n',
    broken: '',
    ...parts,
  },
  {
    against: 'a resource more taken for no more',
    file,
    text: '    statement.resources.values.every((it) => coveredBy(was.resources.values, it)) &&\n',
    broken: '',
    ...parts,
  },
  {
    against: 'a principal more taken for no more',
    file,
    text: '    statement.principals.values.every((it) => coveredBy(was.principals.values, it))\n',
    broken: '    true\n',
    ...parts,
  },
  {
    against: 'a statement about all but something taken for known',
    file,
    text: 'if (denies(was) || negated) return false',
    broken: 'if (denies(was)) return false',
    ...parts,
  },
  {
    against: 'a denial taken for a right',
    file,
    text: 'if (denies(was) || negated) return false',
    broken: 'if (negated) return false',
    ...parts,
  },
  {
    against: 'a denial that is gone and not told',
    file,
    text: 'const found = [...allowed, ...denials, ...policies',
    broken: 'const found = [...allowed, ...policies',
    ...parts,
  },
  {
    against: 'a managed policy that is new and not told',
    file,
    text: '...denials, ...policies, ',
    broken: '...denials, ',
    ...parts,
  },
  {
    against: 'an open port that is new and not told',
    file,
    text: '...(rulesAdded ? rules : [])',
    broken: '',
    ...parts,
  },
]
