/** The services' tables in one database, as far as an order uses them: same columns, keys and indexes, none of the runtime's own tables. */
export const schema = `
create table orders (
  "orderId" text primary key, "userId" text not null, status text not null, reason text, amount bigint not null, currency text not null,
  items jsonb not null, "shippingAddress" jsonb not null, method text not null, source text not null, "paymentId" text,
  "stockCommitted" boolean not null, history jsonb not null, "placedAt" timestamptz(3) not null, "updatedAt" timestamptz(3) not null,
  version integer not null default 0
);
create index on orders ("userId", "placedAt" desc, "orderId" desc);
create table stocks (
  "stockKey" text primary key, sku text not null, warehouse text not null, available integer not null check (available >= 0),
  reserved integer not null check (reserved >= 0), total integer not null check (available + reserved = total), version integer not null default 0
);
create index on stocks (sku);
create table reservations (
  "orderId" text primary key, status text not null, "userId" text not null, amount bigint not null, currency text not null, lines jsonb not null,
  "expiresAt" timestamptz(3), version integer not null default 0
);
create table payments (
  "orderId" text primary key, "userId" text, "paymentId" text not null unique, status text not null, "waitsFor" text, amount bigint, currency text,
  method text, source text, country text, reason text, detail text, "providerReference" text, "capturedAt" timestamptz(3),
  "orderCancelled" boolean not null, refunds jsonb not null, "refundedAmount" bigint not null, "createdAt" timestamptz(3) not null,
  "updatedAt" timestamptz(3) not null, version integer not null default 0
);
create table decisions (
  "paymentId" text primary key, "orderId" text not null, "userId" text not null, amount bigint not null, currency text not null,
  score integer not null, level text not null, reasons jsonb not null, "decidedAt" timestamptz(3) not null, version integer not null default 0
);
create table activity ("userId" text primary key, minutes jsonb not null, version integer not null default 0);
create table captures (
  "paymentId" text primary key, "orderId" text not null, amount bigint not null, currency text not null, method text not null, status text not null,
  "providerReference" text, "settledAt" timestamptz(3), version integer not null default 0
);
create table notifications (
  "notificationId" text primary key, "orderId" text not null, "userId" text not null, template text not null, medium text not null,
  status text not null, "createdAt" timestamptz(3) not null, "sentAt" timestamptz(3), version integer not null default 0
);
`
