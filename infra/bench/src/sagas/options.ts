export interface Options {
  /** Of saturation, in seconds; the offered phase takes a third, bare too (at most 10). */
  readonly seconds: number
  readonly clients: number
  readonly inFlight: number
  /** Orders a second in the offered phase. */
  readonly rate: number
  /** Share of the sagas that are traced. */
  readonly sampling: number
  readonly buyers: number
  readonly json: boolean
  readonly keep: boolean
  readonly useRunning: boolean
}

/** Says how far it is; on a terminal only. */
export type Progress = (text: string) => void

export const progressTo = (stream: NodeJS.WriteStream): Progress =>
  stream.isTTY ? (text) => stream.write(`\r\x1b[K${text}`) : () => undefined
