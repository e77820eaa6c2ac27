/** What `murmur` ends with; the list in `murmur --help` is made from this. */
export const EXIT = { ok: 0, no: 1, usage: 2, unreachable: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const exitCodes: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'it is so, or it is done'],
  [EXIT.no, 'the thing asked for is not so: not found, refused, not in time, a check failed'],
  [EXIT.usage, 'wrong usage: unknown command, option, event or value'],
  [EXIT.unreachable, 'the stack, or a part of it that is needed, is not there or does not answer'],
]

/** Ends a command: what is wrong, what it means for the exit code, and what to do next. */
export class Failure extends Error {
  readonly exitCode: ExitCode
  readonly advice: string | undefined
  constructor(exitCode: ExitCode, message: string, advice?: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Failure'
    this.exitCode = exitCode
    this.advice = advice
  }
}

export const usage = (message: string, advice?: string): Failure => new Failure(EXIT.usage, message, advice)
export const refused = (message: string, advice?: string): Failure => new Failure(EXIT.no, message, advice)
export const unreachable = (
  message: string,
  advice = 'Is the stack up? `npm start -- --detach` starts it, `npm run -s murmur -- doctor` looks closer.',
) => new Failure(EXIT.unreachable, message, advice)

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
