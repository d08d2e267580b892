import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { notesOf } from '../../../bff/operations/notes.ts'
import type { Situation } from '../../../bff/providers/provider.ts'

const snapshot = {
  username: 'bob',
  started_at: 1,
  uid: null,
  domain: 'bob.example',
  owner: 'root',
  package: 'small',
  ip: null,
  email: null,
  suspended: true,
  suspend_reason: 'Abuse: sends spam',
  suspended_at: 2,
  locked: false,
  reseller: false,
  owned: [],
  nameservers: null,
  limits: {},
}
const suspended = (role: Situation['role'], more: Partial<Situation> = {}): Situation => ({
  now: 3,
  role,
  service: {
    state: 'suspended',
    username: 'bob',
    domain: 'bob.example',
    package: 'small',
    owner: 'root',
    identity: { username: 'bob', started_at: 1, uid: null },
  },
  snapshot,
  api_user: 'root',
  rights: undefined,
  last_suspend: { accounts: ['bob'], client_text: 'Please call us.', reason: null },
  ...more,
})
const codes = (situation: Situation, unreachable?: { code: string }) =>
  notesOf(situation, unreachable).map(({ code }) => code)

describe('a suspended service', () => {
  it('tells staff the reason on the server', () => {
    assert.deepEqual(notesOf(suspended('staff'), undefined)[0], {
      code: 'note.suspended_because',
      params: { reason: 'Abuse: sends spam' },
    })
  })
  it('tells staff what the client reads', () => {
    assert.deepEqual(notesOf(suspended('staff'), undefined)[1], {
      code: 'note.client_reads',
      params: { text: 'Please call us.' },
    })
  })
  it('tells the client what staff wrote for them, and nothing of the server’s', () => {
    assert.deepEqual(notesOf(suspended('client'), undefined), [
      { code: 'note.client_text', params: { text: 'Please call us.' } },
    ])
  })
  it('tells the client whom to ask when nothing was written', () => {
    assert.deepEqual(codes(suspended('client', { last_suspend: undefined })), [
      'note.suspended_ask',
    ])
  })
  it('tells staff that only root can lift a lock', () => {
    const locked = suspended('staff', { snapshot: { ...snapshot, locked: true } })
    assert.ok(codes(locked).includes('note.locked'))
  })
})

describe('an active service', () => {
  const active = (role: Situation['role']) => {
    const base = suspended(role)
    return { ...base, service: { ...base.service, state: 'active' as const } }
  }
  it('has nothing to tell', () => {
    assert.deepEqual(codes(active('staff')), [])
  })
  it('says first that its server cannot be asked', () => {
    assert.deepEqual(codes(active('staff'), { code: 'connection_refused' }), [
      'note.server_unreachable',
    ])
  })
})
