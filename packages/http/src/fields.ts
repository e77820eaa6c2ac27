import type { z } from 'zod'
import type { FieldProblem } from './problem.ts'

type Issue = z.core.$ZodIssue

const pathOf = (path: readonly PropertyKey[]): string => path.map(String).join('/')

/** What kind of thing is at a path: enough to see the mistake, without repeating a value that may be secret. */
function kindAt(input: unknown, path: readonly PropertyKey[]): string {
  let value = input
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return 'nothing'
    value = (value as Record<PropertyKey, unknown>)[step]
  }
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value
}

const bound = (issue: { origin: string }): string =>
  issue.origin === 'string' ? ' characters' : issue.origin === 'array' || issue.origin === 'set' ? ' elements' : ''

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : issue.expected
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${bound(issue)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${bound(issue)}`
    case 'invalid_format':
      return issue.format === 'regex' ? `text like ${issue.pattern ?? 'the documented pattern'}` : issue.format
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return issue.message
  }
}

/** All that is wrong with an input, field by field (`items/0/quantity`). */
export function fieldProblems(error: z.core.$ZodError, input: unknown): FieldProblem[] {
  const all = error.issues.flatMap((issue): FieldProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        field: pathOf([...issue.path, key]),
        expected: 'no such field',
        got: kindAt(input, [...issue.path, key]),
      }))
    return [{ field: pathOf(issue.path), expected: expectation(issue), got: kindAt(input, issue.path) }]
  })
  // The tightest of several bounds comes last; one line for each field is enough.
  return [...new Map(all.map((each) => [each.field, each])).values()]
}
