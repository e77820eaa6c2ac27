import { ensureInfra } from '@murmuration/local'

// A process of its own, because one process never gives out the same port twice, and what comes back has to come back where it was.
await ensureInfra('test')
