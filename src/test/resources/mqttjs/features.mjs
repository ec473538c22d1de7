// One conversation for each feature. Arguments: URL, protocol version (4 is 3.1.1), [authority's certificate]
import assert from 'node:assert/strict'
import { Device, watchdog } from './device.mjs'

const [url, level, ca] = process.argv.slice(2)
const place = { url, ca, version: Number(level) }
const root = `${new URL(url).protocol}${level}`
const open = (name, options) => Device.connect(place, `${root}-${name}`, options)

async function everyQosBothWays() {
  const device = await open('device')
  await device.subscribe(`${root}/qos`, 2)
  for (const qos of [0, 1, 2]) {
    await device.publish(`${root}/qos`, `at ${qos}`, qos)
    await device.expect(`${root}/qos`, `at ${qos}`, qos)
  }
  const large = 'x'.repeat(200_000)
  await device.publish(`${root}/qos`, large, 1)
  await device.expect(`${root}/qos`, large, 1)
  await device.disconnect()
}

async function retained() {
  const topic = `${root}/retained`
  const publisher = await open('publisher')
  await publisher.publish(topic, 'on', 1, { retain: true })
  const first = await open('first')
  await first.subscribe(topic, 2)
  await first.expect(topic, 'on', 1, true)
  await publisher.publish(topic, '', 1, { retain: true })
  await first.expect(topic, '', 1)
  const second = await open('second')
  await second.subscribe(topic, 2)
  await publisher.publish(topic, 'live', 1)
  await second.expect(topic, 'live', 1)
  await Promise.all([publisher, first, second].map(device => device.disconnect()))
}

async function will() {
  const topic = `${root}/will`
  const watcher = await open('watcher')
  await watcher.subscribe(topic, 2)
  const last = { topic, payload: 'gone', qos: 2, retain: false }
  const orderly = await open('orderly', { will: { ...last, payload: 'never' } })
  await orderly.disconnect()
  const mortal = await open('mortal', { will: last })
  mortal.cut()
  await watcher.expect(topic, 'gone', 2)
  await watcher.disconnect()
}

async function sharedSubscription() {
  const filter = `$share/${root}-group/${root}/jobs/+`
  const members = await Promise.all(['left', 'right'].map(name => open(name)))
  for (const member of members) {
    await member.subscribe(filter, 1)
  }
  const publisher = await open('publisher')
  const texts = Array.from({ length: 20 }, (_, i) => `job ${i}`)
  const done = []
  const all = new Promise(resolve => members.forEach(member => member.client.on('message', (_, payload) => {
    if (done.push(payload.toString()) === texts.length) resolve()
  })))
  await Promise.all(texts.map((text, i) => publisher.publish(`${root}/jobs/${i}`, text, 1)))
  await all
  assert.deepEqual(done.sort(), texts.sort())
  await members[0].disconnect()
  await publisher.publish(`${root}/jobs/20`, 'the last', 1)
  let message
  do message = await members[1].next(); while (message.text !== 'the last')
  await Promise.all([members[1], publisher].map(device => device.disconnect()))
}

async function topicAliasesBothWays() {
  const topic = `${root}/a/topic/to/abbreviate`
  const subscriber = await open('subscriber', { properties: { topicAliasMaximum: 5 } })
  await subscriber.subscribe(topic, 2)
  const publisher = await open('publisher', { autoAssignTopicAlias: true })
  const sent = []
  publisher.client.on('packetsend', packet => packet.cmd === 'publish' && sent.push(packet.topic))
  for (const qos of [0, 1, 2]) {
    await publisher.publish(topic, `at ${qos}`, qos)
    await subscriber.expect(topic, `at ${qos}`, qos)
  }
  assert.deepEqual(sent, [topic, '', ''])
  const aliases = subscriber.packets.filter(({ cmd }) => cmd === 'publish').map(it => it.properties?.topicAlias)
  assert.deepEqual(aliases, [1, 1, undefined])
  await Promise.all([subscriber, publisher].map(device => device.disconnect()))
}

async function subscriptionIdentifiers() {
  const device = await open('device')
  await device.subscribe(`${root}/ids/1`, 1, { subscriptionIdentifier: 7 })
  await device.subscribe(`${root}/ids/2`, 1, { subscriptionIdentifier: 268_435_455 })
  await device.publish(`${root}/ids/1`, 'one', 1, { properties: { userProperties: { unit: ['C', 'F'] } } })
  await device.publish(`${root}/ids/2`, 'two', 1)
  const one = await device.expect(`${root}/ids/1`, 'one', 1)
  assert.equal(one.subscriptionIdentifier, 7)
  assert.deepEqual({ ...one.userProperties }, { unit: ['C', 'F'] })
  assert.equal((await device.expect(`${root}/ids/2`, 'two', 1)).subscriptionIdentifier, 268_435_455)
  await device.disconnect()
}

await everyQosBothWays()
await retained()
await will()
await sharedSubscription()
if (place.version === 5) {
  await topicAliasesBothWays()
  await subscriptionIdentifiers()
}
clearTimeout(watchdog)
