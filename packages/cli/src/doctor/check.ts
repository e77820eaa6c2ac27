/** One thing that was looked at. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'bad'
  readonly detail: string
  /** What mends it. */
  readonly advice?: string
}

export const ok = (name: string, detail: string): Finding => ({ name, status: 'ok', detail })
export const warn = (name: string, detail: string, advice: string): Finding => ({ name, status: 'warn', detail, advice })
export const bad = (name: string, detail: string, advice: string): Finding => ({ name, status: 'bad', detail, advice })
