// Persistent sessions over a restart of the broker. Arguments: the authority's certificate, URLs. It says
// "kill" once everything is acknowledged, and goes on when something comes on standard input: the broker was
// killed then, and listens again where it did.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Device, watchdog } from './device.mjs'

const [ca, ...urls] = process.argv.slice(2)
const places = urls.flatMap(url => [4, 5].map(version => ({ url, ca, version })))
const name = ({ url, version }) => `${new URL(url).protocol}${version}`

// Some clients are connected when the broker dies, and come back by themselves; others are away.
const connected = []
for (const place of places) {
  const device = await Device.connect(place, `${name(place)}-connected`, { clean: false })
  await device.subscribe('restart/#', 2)
  connected.push(device)
  const away = await Device.connect(place, `${name(place)}-away`, { clean: false })
  await away.subscribe('restart/#', 2)
  await away.disconnect()
}
const publisher = await Device.connect(places[0], 'publisher', { clean: false })
await publisher.publish('restart/1', 'before, at 1', 1)
await publisher.publish('restart/2', 'before, at 2', 2)
for (const device of connected) {
  await device.expect('restart/1', 'before, at 1', 1)
  await device.expect('restart/2', 'before, at 2', 2)
}

const back = connected.map(({ client }) => new Promise(resolve => client.once('connect', resolve)))
console.log('kill')
await once(process.stdin, 'data')
for (const connack of await Promise.all(back)) {
  assert.equal(connack.sessionPresent, true)
}
await publisher.publish('restart/3', 'after', 2)
for (const device of connected) {
  let message // what the broker had not heard is acknowledged comes again
  do message = await device.next(); while (message.text === 'before, at 1')
  assert.equal(message.text, 'after')
  await device.disconnect()
}
for (const place of places) {
  const away = await Device.connect(place, `${name(place)}-away`, { clean: false })
  await away.expect('restart/1', 'before, at 1', 1)
  await away.expect('restart/2', 'before, at 2', 2)
  await away.expect('restart/3', 'after', 2)
  await away.disconnect()
}
await publisher.disconnect()
clearTimeout(watchdog)
process.stdin.destroy()
