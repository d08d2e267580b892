import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import { PRODUCTION_BREAKER } from '../../../bff/providers/breaker.ts'
import { sendOutcomeOf } from '../../../bff/providers/cpanel/outcome.ts'
import { type Cause, certaintyOf, VERDICTS } from '../../../bff/providers/cpanel/verdicts.ts'
import {
  type CallOutcome,
  type Failed,
  WhmClient,
} from '../../../bff/providers/cpanel/whm-client.ts'
import { en } from '../../../bff/texts/en.ts'
import { type BrokenServer, httpAnswer, startBare, startTls } from './broken-servers.ts'
import { contextOf } from './situations.ts'

const opened: { close(): Promise<void> }[] = []
after(async () => {
  for (const one of opened) await one.close()
})

function track<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one)
  return one
}

function clientOf(
  { port, ca }: { port: number; ca: string },
  more: { host?: string; patience?: number; allowed?: string[] } = {},
): WhmClient {
  return track(
    new WhmClient(
      {
        host: more.host ?? 'localhost',
        port,
        user: 'root',
        token: 'UWU28DCA23NKY76CN17MDPKM3O7EFQY8',
        ...(ca === '' ? {} : { pin: { ca } }),
      },
      more.allowed ?? ['localhost'],
      more.patience,
    ),
  )
}

const change = (client: WhmClient, schema: z.ZodType = z.unknown()) =>
  client.call('changepackage', { user: 'bob', pkg: 'large' }, schema, { timeout: 20_000 })

/** Whether a request has come in whole. */
const isWhole = (heard: string) => heard.endsWith('pkg=large')

/** Asks a server that answers with these bytes. */
async function answered(bytes: string, schema?: z.ZodType): Promise<CallOutcome<unknown>> {
  const server = await startTls((socket, heard) => {
    if (isWhole(heard)) socket.end(bytes)
  })
  const outcome = await change(clientOf(track(server)), schema)
  assert.equal(server.heard.length, 1)
  return outcome
}

const said = (reason: string) => () =>
  answered(httpAnswer(200, JSON.stringify({ metadata: { version: 1, result: 0, reason } })))

function notDone(outcome: CallOutcome<unknown>): Failed {
  if (outcome.kind === 'done') throw new Error('done')
  return outcome
}

const DENIED =
  '{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}'

/** Every cause, made to happen with real connections. A cause without a way to happen does not compile. */
const MADE: Readonly<Record<Cause, () => Promise<CallOutcome<unknown>>>> = {
  left_alone: async () => {
    const gone = await startBare(() => undefined)
    await gone.close()
    const client = clientOf(gone)
    for (let time = 0; time < PRODUCTION_BREAKER.failures; time++) await change(client)
    const { until, ...outcome } = notDone(await change(client))
    assert.equal(typeof until, 'number')
    return outcome
  },
  held_up: async () => {
    const server = track(await startTls(() => assert.fail('a byte arrived')))
    return clientOf(server).call('changepackage', {}, z.unknown(), { mayLeave: () => false })
  },
  address_forbidden: () => change(clientOf({ port: 2087, ca: '' }, { allowed: [] })),
  name_not_found: () => change(clientOf({ port: 2087, ca: '' }, { host: 'nobody.invalid' })),
  connection_refused: async () => {
    const gone = await startBare(() => undefined)
    await gone.close()
    return change(clientOf(gone))
  },
  connect_timeout: async () =>
    // Listens, and never shakes hands.
    change(clientOf(track(await startBare(() => undefined)), { patience: 200 })),
  tls_failed: async () => {
    const { port } = track(await startTls(() => undefined))
    return change(clientOf({ port, ca: '' }))
  },
  cut_before_write: async () =>
    change(clientOf(track(await startBare((socket) => socket.destroy())))),
  cut_after_write: async () =>
    change(clientOf(track(await startTls((socket) => socket.destroy())))),
  half_body: () =>
    answered(httpAnswer(200, '{"metadata":{"result":1}}').slice(0, -5).replace('25', '9999')),
  timeout: async () => {
    const server = track(await startTls(() => undefined))
    const client = clientOf(server)
    return client.call('changepackage', {}, z.unknown(), { timeout: 500 })
  },
  answer_too_large: () => answered(httpAnswer(200, 'x'.repeat(5 * 1024 * 1024))),
  denied_by_whm: () => answered(httpAnswer(403, DENIED)),
  denied_by_other: () => answered(httpAnswer(403, '<html>403 Forbidden</html>')),
  other_status: () => answered(httpAnswer(404, '<html>')),
  server_error: () => answered(httpAnswer(500, '<html>')),
  proxy_timeout: () => answered(httpAnswer(524, '<html>')),
  html: () => answered(httpAnswer(200, '<!doctype html><title>WHM Login</title>')),
  invalid_json: () => answered(httpAnswer(200, '{"metadata":{"result":1')),
  not_whm: () =>
    answered(httpAnswer(200, '{"metadata":{"result":1}}'), z.object({ app: z.array(z.string()) })),
  said_username_taken: said('(XID 5wsj8e) This system already has an account named “bob”.'),
  said_username_invalid: said('(XID t95cwn) “bob” is a reserved username on this system.'),
  said_domain_taken: said('(XID a1b2c3) The domain “b.example” already exists in the userdata'),
  said_domain_invalid: said("Sorry, that's an invalid domain\n"),
  said_domain_not_found: said('Unable to determine account owner for domain.'),
  said_password_weak: said('Sorry, passwords must be at least 5 characters.'),
  said_package_not_found: said('Specified package large does not exist'),
  said_package_limit: said('Sorry you may not create any more accounts with the package one.'),
  said_account_not_found: said('API failure: (XID 3y67mz) You do not have a user named “bob”.'),
  said_account_forbidden: said('You do not have access to an account named “bob”.'),
  said_not_a_reseller: said('Specified user is not a reseller.'),
  said_already_reseller: said(
    '_setupreseller tried to make a reseller out of a reseller when a normal user was expected. (bob)',
  ),
  said_protected_account: said('Root user may not be suspended.'),
  said_owner_not_found: said('Sorry, the Owner does not exist'),
  said_function_unknown: said(
    'Unknown app (“changepackage”) requested for this version (1) of the API.',
  ),
  said_access_denied: said('Access denied: you do not have permission to call this function.'),
  said_disk_full: said(
    'API failure: (XID 3ywp6f) The system failed to write to the file “/x” because of an error: No space left on device',
  ),
  said_quota_failed: said('Failed to set quota for user.'),
  said_licence: said('Your license has expired'),
  said_it_broke: said('API failure: (XID 5wsj8e) This system already has an account named “bob”.'),
  said_unknown_words: said('Permission denied'),
}

// The table's keys are its type's: `Object.keys` forgets that.
const CAUSES = Object.keys(VERDICTS) as Cause[]

describe('what a call came to', () => {
  for (const cause of CAUSES) {
    const { seen, first, code } = VERDICTS[cause]
    it(`${seen}: ${first}, ${code}`, async () =>
      assert.deepEqual(await MADE[cause](), { kind: first, code, cause }))
  }
})

describe('the table', () => {
  it('has words for every code', () =>
    assert.deepEqual(
      CAUSES.filter((cause) => !(`error.${VERDICTS[cause].code}` in en)),
      [],
    ))
  it('believes no refusal of a second attempt', () =>
    assert.deepEqual(
      CAUSES.filter((cause) => certaintyOf(cause, 2) === 'refused'),
      [],
    ))
  it('calls nothing unsent that may have left', () =>
    assert.deepEqual(
      CAUSES.filter((cause) => certaintyOf(cause, 1) === 'unsent'),
      [
        'left_alone',
        'held_up',
        'address_forbidden',
        'name_not_found',
        'connection_refused',
        'connect_timeout',
        'tls_failed',
        'cut_before_write',
      ],
    ))
  it('is what the steps go by, attempt by attempt', () => {
    const outcome = {
      kind: 'refused',
      code: 'username_taken',
      cause: 'said_username_taken',
    } as const
    assert.deepEqual(
      [1, 2].map((attempt) => sendOutcomeOf(outcome, contextOf('create', {}, { attempt })).kind),
      ['refused', 'uncertain'],
    )
  })
})

describe('a status that is not WHM’s', () => {
  const cases: readonly [number, Cause][] = [
    [302, 'other_status'],
    [400, 'other_status'],
    [401, 'denied_by_other'],
    [408, 'other_status'],
    [413, 'other_status'],
    [429, 'other_status'],
    [502, 'server_error'],
    [503, 'server_error'],
    [504, 'proxy_timeout'],
    [522, 'proxy_timeout'],
  ]
  for (const [status, cause] of cases) {
    it(`${status} is ${cause}`, async () => {
      const outcome = await answered(httpAnswer(status, '<html>'))
      assert.equal(outcome.kind === 'done' ? 'done' : outcome.cause, cause)
    })
  }
  it('500 is no denial, whatever it says', async () => {
    const outcome = await answered(httpAnswer(500, DENIED))
    assert.deepEqual(
      [outcome.kind, 'cause' in outcome && outcome.cause],
      ['uncertain', 'server_error'],
    )
  })
  it('200 with WHM’s denial is one', async () => {
    const outcome = await answered(httpAnswer(200, DENIED))
    assert.deepEqual(
      [outcome.kind, 'cause' in outcome && outcome.cause],
      ['refused', 'denied_by_whm'],
    )
  })
})

describe('a connection that breaks in its own way', () => {
  const uncertain = { kind: 'uncertain', code: 'connection_lost', cause: 'cut_after_write' }

  it('in the middle of the request’s body', async () => {
    // Reads the head only, so that of a long body the rest cannot arrive.
    const server = track(
      await startTls((socket) => {
        socket.pause()
        socket.destroy()
      }),
    )
    const outcome = await clientOf(server).call(
      'passwd',
      { password: 'x'.repeat(8 * 1024 * 1024) },
      z.unknown(),
    )
    assert.deepEqual(outcome, uncertain)
  })
  it('by a TLS alert that comes after data', async () => {
    // Asks for a certificate of ours and refuses once the handshake is over for us.
    const server = track(
      await startTls(() => undefined, {
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: 'TLSv1.3',
      }),
    )
    assert.deepEqual(await change(clientOf(server)), uncertain)
  })
  it('by an answer that is no HTTP', async () =>
    assert.deepEqual(await answered('SSH-2.0-OpenSSH_9.6\r\n\r\n'), uncertain))
  it('by an interim answer nobody asked for', async () =>
    assert.deepEqual(await answered('HTTP/1.1 100 Continue\r\n\r\n'), uncertain))
})

describe('a changing call', () => {
  let server: BrokenServer
  const requests = () =>
    server.heard.reduce((sum, heard) => sum + (heard.match(/POST \/json-api/g)?.length ?? 0), 0)

  describe('whose connection is cut', () => {
    before(async () => {
      server = track(await startTls((socket, heard) => void (isWhole(heard) && socket.destroy())))
      await change(clientOf(server))
    })
    it('is sent once', () => assert.equal(requests(), 1))
  })

  describe('nobody answers in time', () => {
    it('is not sent again on the next connection', async () => {
      server = track(
        await startTls((socket, _, connection) => {
          if (connection > 0) socket.write(httpAnswer(200, '{"metadata":{"result":1}}'))
        }),
      )
      const client = clientOf(server)
      await client.call('passwd', { password: 'first' }, z.unknown(), { timeout: 300 })
      await client.call('version', {}, z.unknown())
      assert.deepEqual(
        [requests(), server.heard.filter((heard) => heard.includes('first')).length],
        [2, 1],
      )
    })
  })

  describe('that is sent elsewhere', () => {
    it('follows no redirect', async () => {
      server = track(
        await startTls((socket, heard) => {
          if (isWhole(heard))
            socket.end(httpAnswer(307, '', `location: https://localhost:${server.port}/x\r\n`))
        }),
      )
      await change(clientOf(server))
      assert.equal(requests(), 1)
    })
  })

  describe('on a connection the server closes just then', () => {
    it('is never called unsent when it arrived, and never arrives twice', async () => {
      for (let round = 0; round < 20; round++) {
        const told: (() => void)[] = []
        server = await startTls((socket, heard) => {
          if (!isWhole(heard)) return
          socket.write(httpAnswer(200, '{"metadata":{"result":1}}'))
          told.push(() => socket.destroy())
        })
        const client = clientOf(server)
        await change(client)
        // The server hangs up, and before we can see it the next call is on its way.
        for (const hangUp of told) hangUp()
        const outcome = await change(client)
        const arrived = requests() - 1
        await server.close()
        assert.ok(
          arrived <= 1 &&
            (outcome.kind === 'uncertain' ||
              (outcome.kind === 'done' && arrived === 1) ||
              (outcome.kind === 'unsent' && arrived === 0)),
          `${outcome.kind} with ${arrived} arrived`,
        )
      }
    })
  })
})
