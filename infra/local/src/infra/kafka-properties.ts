/** One node that is broker and controller, for a developer's machine: it starts at once and holds little. */
export const kafkaProperties = ({ broker, controller, logFolder }: { broker: number; controller: number; logFolder: string }): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
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
