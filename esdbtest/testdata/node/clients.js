// Appends, reads, subscribes, deletes and uses persistent subscriptions with
// the Node client named by the first argument, on the server named by the
// second.
"use strict";

const assert = require("node:assert/strict");
const { randomUUID } = require("node:crypto");

const [, , library, connectionString] = process.argv;
const db = require(library);
const Client = db.KurrentDBClient ?? db.EventStoreDBClient;
const client = Client.connectionString(connectionString);
const credentials = { username: "admin", password: "changeit" };

// expect writes an expectation for both libraries, which name it differently.
const expect = (state, more = {}) => ({ expectedRevision: state, streamState: state, ...more });

const events = (n) =>
  Array.from({ length: n }, (_, i) => db.jsonEvent({ type: "Tested", data: { number: i }, metadata: { run: "node" } }));

async function collect(stream) {
  const all = [];
  for await (const e of stream) all.push(e);
  return all;
}

// take reads n events of a subscription and ends it.
async function take(subscription, n, each = async () => {}) {
  const all = [];
  for await (const e of subscription) {
    all.push(e);
    await each(e);
    if (all.length === n) break;
  }
  return all;
}

async function append(stream) {
  const first = await client.appendToStream(stream, events(3), expect("no_stream"));
  assert.equal(first.success, true);
  assert.equal(first.nextExpectedRevision, 2n);
  assert.ok(first.position.commit > 0n);
  // With credentials of its own an append does not go through BatchAppend.
  const second = await client.appendToStream(stream, events(2), expect(2n, { credentials }));
  assert.equal(second.nextExpectedRevision, 4n);
  const repeated = events(1);
  const once = await client.appendToStream(stream, repeated, expect(4n));
  const again = await client.appendToStream(stream, repeated, expect(4n));
  assert.deepEqual(again.position, once.position);
  for (const options of [{}, { credentials }]) {
    await assert.rejects(client.appendToStream(stream, events(1), expect(1n, options)), (e) => {
      assert.equal(e.type, "wrong-expected-version");
      assert.equal(e.actualVersion ?? e.actualState, 5n);
      assert.equal(e.expectedVersion ?? e.expectedState, 1n);
      return true;
    });
  }
}

async function read(stream) {
  const forwards = await collect(client.readStream(stream));
  assert.deepEqual(forwards.map((e) => e.event.revision), [0n, 1n, 2n, 3n, 4n, 5n]);
  assert.deepEqual(forwards[1].event.data, { number: 1 });
  assert.deepEqual(forwards[1].event.metadata, { run: "node" });
  const backwards = await collect(client.readStream(stream, { direction: "backwards", fromRevision: "end", maxCount: 2 }));
  assert.deepEqual(backwards.map((e) => e.event.revision), [5n, 4n]);
  const all = await collect(client.readAll({ direction: "backwards", fromPosition: "end", maxCount: 6 }));
  assert.equal(all.length, 6);
  await assert.rejects(collect(client.readStream("missing-" + randomUUID())), (e) => e.type === "stream-not-found");
}

async function subscribe(stream) {
  const fromStart = await take(client.subscribeToStream(stream, { fromRevision: "start" }), 6);
  assert.deepEqual(fromStart.map((e) => e.event.revision), [0n, 1n, 2n, 3n, 4n, 5n]);
  const after = client.subscribeToStream(stream, { fromRevision: 4n });
  const live = take(after, 2);
  await client.appendToStream(stream, events(1));
  assert.deepEqual((await live).map((e) => e.event.revision), [5n, 6n]);
  const filter = db.streamNameFilter({ prefixes: [stream] });
  const filtered = await take(client.subscribeToAll({ fromPosition: "start", filter }), 7);
  assert.deepEqual([...new Set(filtered.map((e) => e.event.streamId))], [stream]);
}

async function metadata(stream) {
  await client.setStreamMetadata(stream, { maxCount: 2, custom: "kept" });
  const got = await client.getStreamMetadata(stream);
  assert.equal(got.metadata.maxCount, 2);
  assert.equal(got.metadata.custom, "kept");
  assert.deepEqual((await collect(client.readStream(stream))).map((e) => e.event.revision), [5n, 6n]);
}

async function persistent(stream) {
  const group = "group";
  await client.createPersistentSubscriptionToStream(
    stream, group, db.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: "start" }));
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 2 });
  const parked = [];
  const got = await take(subscription, 3, async (e) => {
    if (parked.length === 0) {
      parked.push(e.event.id);
      await subscription.nack("park", "not now", e);
    } else {
      await subscription.ack(e);
    }
  });
  assert.equal(got.length, 3);
  let info;
  do {
    info = await client.getPersistentSubscriptionToStreamInfo(stream, group);
  } while (info.stats.parkedMessageCount !== 1n && info.stats.parkedMessageCount !== 1);
  assert.equal(info.groupName, group);
  const replay = client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize: 2 });
  await client.replayParkedMessagesToStream(stream, group);
  const found = [];
  for await (const e of replay) {
    await replay.ack(e);
    found.push(e.event.id);
    if (e.event.id === parked[0]) break;
  }
  assert.ok(found.includes(parked[0]));
  const listed = await client.listPersistentSubscriptionsToStream(stream);
  assert.equal(listed.length, 1);
  await client.updatePersistentSubscriptionToStream(
    stream, group, db.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: "start", maxRetryCount: 3 }));
  assert.equal((await client.getPersistentSubscriptionToStreamInfo(stream, group)).settings.maxRetryCount, 3);
  await client.deletePersistentSubscriptionToStream(stream, group);
  await assert.rejects(
    client.deletePersistentSubscriptionToStream(stream, group),
    (e) => e.type === "persistent-subscription-does-not-exist");

  const toAll = "all-" + randomUUID();
  await client.createPersistentSubscriptionToAll(toAll, db.persistentSubscriptionToAllSettingsFromDefaults({
    startFrom: "start" }), { filter: db.streamNameFilter({ prefixes: [stream] }) });
  const all = client.subscribeToPersistentSubscriptionToAll(toAll, { bufferSize: 10 });
  const [one] = await take(all, 1, (e) => all.ack(e));
  assert.equal(one.event.streamId, stream);
  await client.deletePersistentSubscriptionToAll(toAll);
}

async function remove(stream) {
  await assert.rejects(client.deleteStream(stream, expect(1n)), (e) => e.type === "wrong-expected-version");
  assert.ok((await client.deleteStream(stream)).position.commit > 0n);
  await assert.rejects(collect(client.readStream(stream)), (e) => e.type === "stream-not-found");
  const reopened = await client.appendToStream(stream, events(1));
  assert.equal((await collect(client.readStream(stream)))[0].event.revision, reopened.nextExpectedRevision);
  await client.tombstoneStream(stream);
  await assert.rejects(collect(client.readStream(stream)), (e) => e.type === "stream-deleted");
  await assert.rejects(client.appendToStream(stream, events(1)), (e) => e.type === "stream-deleted");
}

async function main() {
  const stream = "node-" + randomUUID();
  for (const [name, step] of Object.entries({ append, read, subscribe, persistent, metadata, remove })) {
    await step(stream);
    console.log(`ok ${library} ${name}`);
  }
  await client.dispose();
}

const watchdog = setTimeout(() => {
  console.error(`${library}: timed out`);
  process.exit(1);
}, 60_000);

main().then(
  () => { clearTimeout(watchdog); process.exit(0); },
  (e) => { console.error(e); process.exit(1); });
