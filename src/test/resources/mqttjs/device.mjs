// A client of MQTT.js whose messages wait until they are asked for.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import mqtt from 'mqtt'

const SECONDS_MAX = 60
const NEVER = 0xffffffff

/** Ends the process if it waits in vain. */
export const watchdog = setTimeout(() => {
  console.error(`not done after ${SECONDS_MAX} s`)
  process.exit(1)
}, SECONDS_MAX * 1000)

export class Device {
  packets = []
  #messages = []
  #waiting = []
  #ending = false

  /**
   * Connects; the session is a persistent one if options say { clean: false }.
   * @param place the broker's { url, ca, version }
   */
  static async connect(place, clientId, options = {}) {
    const device = new Device()
    const properties = { ...(options.clean === false && { sessionExpiryInterval: NEVER }), ...options.properties }
    device.client = mqtt.connect(place.url, {
      clientId,
      protocolVersion: place.version,
      ...(place.ca && { ca: readFileSync(place.ca) }),
      reconnectPeriod: 50,
      ...options,
      ...(place.version === 5 && { properties })
    })
    device.client.on('message', (topic, payload, packet) => device.#arrived(topic, payload, packet))
    device.client.on('packetreceive', packet => device.packets.push(packet))
    device.client.on('error', error => {
      // One of the network is followed by another attempt; and MQTT.js answers what comes while it is ending.
      const late = device.#ending && error.code === 'ERR_STREAM_WRITE_AFTER_END'
      if (!error.syscall && !late) throw error
    })
    await new Promise(resolve => device.client.once('connect', resolve))
    return device
  }

  #arrived(topic, payload, { qos, retain, properties }) {
    const message = { topic, text: payload.toString(), qos, retain, properties: properties ?? {} }
    const waiting = this.#waiting.shift()
    waiting ? waiting(message) : this.#messages.push(message)
  }

  /** The next message. */
  async next() {
    return this.#messages.shift() ?? new Promise(resolve => this.#waiting.push(resolve))
  }

  /** The next message is this one. */
  async expect(topic, text, qos, retain = false) {
    const { properties, ...message } = await this.next()
    assert.deepEqual(message, { topic, text, qos, retain })
    return properties
  }

  async subscribe(filter, qos, properties) {
    const [granted] = await this.client.subscribeAsync(filter, { qos, ...(properties && { properties }) })
    assert.equal(granted.qos, qos)
  }

  /** Answers when the message is acknowledged. */
  publish(topic, text, qos, options = {}) {
    return this.client.publishAsync(topic, text, { qos, ...options })
  }

  /** Ends the connection without DISCONNECT. */
  cut() {
    this.client.options.reconnectPeriod = 0
    this.client.stream.destroy()
  }

  /** The acknowledgement of a message that was just told is written after it was told. */
  async disconnect() {
    await setImmediate()
    this.#ending = true
    return this.client.endAsync()
  }
}
