// Block arithmetic for Fn::Cidr, and of IPv4 for reachability rules.

import { isIPv6 } from 'node:net'

/** First address as a number, and the number of prefix bits. */
export interface Block {
  start: number
  bits: number
}

/** `10.0.0.0/16`; undefined for anything that is not an IPv4 block. Host bits are cleared. */
export function parseBlock(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number)
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined
  const address = ((a * 256 + b) * 256 + c) * 256 + d
  return { start: address - (address % 2 ** (32 - bits)), bits }
}

export function formatBlock({ start, bits }: Block): string {
  const octet = (shift: number): number => Math.floor(start / 2 ** shift) % 256
  return `${octet(24)}.${octet(16)}.${octet(8)}.${octet(0)}/${bits}`
}

/** The first `count` blocks with `hostBits` host bits inside `block`; undefined when they do not fit. */
export function subdivide(block: Block, count: number, hostBits: number): Block[] | undefined {
  const size = 2 ** hostBits
  if (count * size > 2 ** (32 - block.bits)) return undefined
  return Array.from({ length: count }, (_, index) => ({ start: block.start + index * size, bits: 32 - hostBits }))
}

export function overlap(a: Block, b: Block): boolean {
  return a.start < b.start + 2 ** (32 - b.bits) && b.start < a.start + 2 ** (32 - a.bits)
}

/** The first `count` blocks with `hostBits` host bits inside an IPv6 block; undefined when it is none or they do not fit. */
export function subdivideV6(text: string, count: number, hostBits: number): string[] | undefined {
  const [address = '', prefix = ''] = text.split('/')
  if (!isIPv6(address) || !/^[\da-f:]+$/i.test(address) || !/^\d{1,3}$/.test(prefix) || Number(prefix) > 128)
    return undefined
  const room = BigInt(128 - Number(prefix))
  const size = 1n << BigInt(Math.max(hostBits, 0))
  if (hostBits < 1 || BigInt(count) * size > 1n << room) return undefined
  const start = (valueOfV6(address) >> room) << room
  return Array.from({ length: count }, (_, index) => `${spellV6(start + BigInt(index) * size)}/${128 - hostBits}`)
}

function valueOfV6(address: string): bigint {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right]
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n)
}

/** All eight groups, because it is text that a template may split. */
const spellV6 = (value: bigint): string =>
  Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':')
