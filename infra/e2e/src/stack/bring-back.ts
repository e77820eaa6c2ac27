import { ensureInfra } from '@murmuration/local'

// Started by the control server, with its environment: brings back whatever of the infrastructure is gone. A process of its own, because one
// process never gives out the same port twice, and what comes back has to come back where it was.
await ensureInfra('test')
