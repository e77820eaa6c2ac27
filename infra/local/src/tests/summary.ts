/** What a package's run came to. */
export type Outcome = { name: string; passed: number; failed: number; failures: string[] }

type Assertion = { status?: unknown; fullName?: unknown; failureMessages?: unknown }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

// What went wrong, in a line: where only the end of a log is kept, that is all there is.
const reasonOf = ({ failureMessages }: Assertion): string => {
  const first = Array.isArray(failureMessages) ? String(failureMessages[0] ?? '').split('\n')[0] : ''
  return first ? ` (${first})` : ''
}

const failuresIn = (file: unknown): string[] => {
  if (!isObject(file)) return []
  const assertions: Assertion[] = Array.isArray(file['assertionResults']) ? file['assertionResults'].filter(isObject) : []
  const failed = assertions
    .filter(({ status }) => status === 'failed')
    .map((assertion) => `${String(assertion.fullName)}${reasonOf(assertion)}`)
  // A file that does not load has no tests at all, and says why by itself.
  if (failed.length === 0 && file['status'] === 'failed') return [`${String(file['name'])}: ${String(file['message']).split('\n')[0]}`]
  return failed
}

/** Reads vitest's JSON report. Without a report or without tests there is one failure: silence is no success. */
export const outcomeOf = (name: string, report: unknown): Outcome => {
  if (!isObject(report)) return { name, passed: 0, failed: 1, failures: ['no report: the tests did not run to their end'] }
  const passed = Number(report['numPassedTests'] ?? 0)
  const files: unknown[] = Array.isArray(report['testResults']) ? report['testResults'] : []
  const failures = files.flatMap(failuresIn)
  if (failures.length === 0 && passed === 0) failures.push('no tests ran')
  return { name, passed, failed: failures.length, failures }
}

/** The list of what failed and, last, the line that scripts read. */
export const summary = (outcomes: Outcome[], failedBefore: number): { text: string; exitCode: number } => {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0)
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, failedBefore)
  const lines = outcomes.flatMap(({ name, failures }) => failures.map((failure) => `  ✗ ${name}: ${failure}`))
  const bad = failed > 0 || passed === 0
  return { text: [...lines, `${passed} passed, ${passed === 0 && failed === 0 ? 1 : failed} failed`].join('\n'), exitCode: bad ? 1 : 0 }
}
