/** A listener behind a proxy: the port it has, and the proxy's, which clients that come through it are told to use. */
type Proxied = { port: number; advertised: number }

/**
 * `KAFKA_PROXIED`, a comma list of `port:advertised port`, gives the broker one more listener for each. Whoever connects to a broker is sent on to the
 * address that the listener advertises, so a proxy without a listener of its own is soon left behind.
 */
export const proxiedListeners = (env: NodeJS.ProcessEnv): Proxied[] =>
  (env['KAFKA_PROXIED'] ?? '')
    .split(',')
    .filter(Boolean)
    .map((pair) => pair.split(':').map(Number))
    .map(([port = 0, advertised = 0]) => ({ port, advertised }))

type Ports = { broker: number; controller: number; proxied: Proxied[]; logFolder: string }

/** One node that is broker and controller, for a developer's machine: it starts at once and holds little. */
export const kafkaProperties = ({ broker, controller, proxied, logFolder }: Ports): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: [
      `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
      ...proxied.map(({ port }, index) => `PROXIED${index}://127.0.0.1:${port}`),
    ].join(','),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${broker}`,
      ...proxied.map(({ advertised }, index) => `PROXIED${index}://127.0.0.1:${advertised}`),
    ].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      ...proxied.map((_, index) => `PROXIED${index}:PLAINTEXT`),
    ].join(','),
    'log.dirs': logFolder,
    'num.partitions': 6,
    'auto.create.topics.enable': false,
    'delete.topic.enable': true,
    'offsets.topic.num.partitions': 6,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Who compares the times of messages must not depend on the clocks of their producers.
    'log.message.timestamp.type': 'LogAppendTime',
    'log.segment.bytes': 67_108_864,
    'log.retention.hours': 48,
    'log.retention.bytes': 1_073_741_824,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'background.threads': 2,
    // A broker that comes back is let in when its former self has signed off, or, after a crash, when that session has run out.
    'controlled.shutdown.enable': true,
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 4000,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
    .concat('\n')
