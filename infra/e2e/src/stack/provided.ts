interface Login {
  readonly email: string
  readonly password: string
}

/** What the tests are told of the stack that the global setup started. */
export interface Provided {
  readonly gateway: string
  readonly provider: string
  /** Base URL by service. */
  readonly urls: Readonly<Record<string, string>>
  /** Where the processes are stopped, killed and started; see control.ts. */
  readonly control: string
  readonly brokers: string
  /** Of the server, without database. */
  readonly postgres: string
  readonly tempo: string
  readonly stackFile: string
  readonly admin: Login
  /** Not registered yet. */
  readonly demo: Login
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: Provided
  }
}
