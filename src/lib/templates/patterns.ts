// AllowedPattern is a regular expression of Java. Source: CloudFormation user guide, "Using regular expressions".
import { EvaluationError } from './evaluation.ts'

/** Classes that Java names by words; those of POSIX are of ASCII alone. */
const classes: Record<string, string> = {
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Lower: 'a-z',
  Upper: 'A-Z',
  XDigit: '0-9a-fA-F',
  Punct: '!-\\/:-@\\[-`{-~',
  Space: ' \\t\\n\\x0B\\f\\r',
  Blank: ' \\t',
  Graph: '!-~',
  Print: ' -~',
  ASCII: '\\x00-\\x7F',
}

/** Constructs of Java that mean something else here, or nothing. */
const foreign = /\\[QEGZX]|\(\?[a-zA-Z-]|\(\?>|&&|\\[pP]\{|\\[pP]\w/

/**
 * A pattern of a parameter, matched against the whole value as Java's String.matches does.
 * @throws EvaluationError for a pattern that is none, and for the few of Java's constructs that are not known here
 */
export function javaPattern(pattern: string): RegExp {
  const ignoreCase = pattern.startsWith('(?i)')
  const written = translate(ignoreCase ? pattern.slice(4) : pattern)
  if (foreign.test(written.replaceAll('\\\\', ''))) {
    throw new EvaluationError(`dr cannot check the pattern ${pattern}: it uses syntax that only Java knows`)
  }
  try {
    return new RegExp(`^(?:${written})$`, ignoreCase ? 'i' : '')
  } catch {
    throw new EvaluationError(`${pattern} is not a regular expression`)
  }
}

/** One part of a pattern at a time, so that a backslash before a backslash is not read as the start of another part. */
function translate(pattern: string): string {
  let inClass = false
  return pattern.replaceAll(
    /\\([pP])\{(\w+)\}|\\[\s\S]|[[\]]|([*+?}])\+/g,
    (part, letter: string, word: string, one) => {
      const named = classes[word ?? '']
      if (named !== undefined) {
        if (inClass) return letter === 'p' ? named : part
        return `[${letter === 'P' ? '^' : ''}${named}]`
      }
      if (part === '\\A') return '^'
      if (part === '\\z') return '$'
      if (part === '[') inClass = true
      if (part === ']') inClass = false
      // A quantifier that gives nothing back matches no more than the plain one does.
      return one !== undefined && !inClass ? one : part
    },
  )
}
