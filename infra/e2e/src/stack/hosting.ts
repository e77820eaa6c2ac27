import { basename } from 'node:path'
import type { Hosting } from '@murmuration/local'

/** Files whose tests trouble no single service: theirs share a process, as with `npm start`. */
const together = ['bad-messages', 'happy-path', 'inject-scripts', 'killed-infrastructure', 'races'].map((name) => `${name}.test.ts`)

export const firstHosting: Hosting = 'together'

export const hostingOf = (file: string): Hosting => (together.includes(basename(file)) ? 'together' : 'apart')
