import assert from 'node:assert/strict'
import { globalAgent } from 'node:https'
import { after, before, describe, it } from 'node:test'
import { type Client, createClient } from 'cpanel-lib'
import { ROOT_TOKEN, sampleWorld } from '../../bff/demo/whm/sample.ts'
import { startWhm, type Whm } from '../../bff/demo/whm/server.ts'

/** A client from the npm registry, unchanged: API 0 over GET with everything in the query. */
describe('cpanel-lib', () => {
  let whm: Whm
  let client: Client
  const call = (action: string, query: Record<string, string> = {}): Promise<string> =>
    new Promise((resolve, reject) =>
      client.call(action, query, (error, answer) =>
        error ? reject(error) : resolve(JSON.stringify(answer)),
      ),
    )
  const account = { username: 'libuser', domain: 'lib.example', plan: 'starter' }
  const password = 'Quiet-Harbour-77-lantern'

  before(async () => {
    whm = await startWhm({ world: () => sampleWorld(Date.now()) })
    // It has no setting for a certificate of one's own; the agent it uses does.
    globalAgent.options.ca = whm.ca
    client = createClient({
      host: 'localhost',
      port: whm.port,
      username: 'root',
      accessKey: ROOT_TOKEN,
    })
  })
  after(() => whm.close())

  it('reads the version', async () => {
    assert.match(await call('version'), /^\{"version":"11\./)
  })
  it('lists accounts', async () => {
    assert.match(await call('listaccts'), /"status":1,"statusmsg":"Ok","acct":\[\{/)
  })
  it('creates an account', async () => {
    const answer = await call('createacct', { ...account, password })
    assert.match(answer, /^\{"result":\[\{"status":1,"statusmsg":"Account Creation Ok"/)
  })
  it('is told that it is there already', async () => {
    const answer = await call('createacct', { ...account, domain: 'other.example', password })
    assert.match(answer, /"status":0,"statusmsg":"[^"]*already has an account named/)
  })
  it('suspends it', async () => {
    await call('suspendacct', { user: 'libuser', reason: 'é “x” & more' })
    assert.equal(whm.world().accounts.libuser?.suspended?.reason, 'é “x” & more')
  })
  it('unsuspends it', async () => {
    await call('unsuspendacct', { user: 'libuser' })
    assert.equal(whm.world().accounts.libuser?.suspended, null)
  })
  it('changes its password by the old name of the parameter', async () => {
    await call('passwd', { user: 'libuser', pass: 'Another-Harbour-55-lamp' })
    assert.equal(whm.world().passwords.libuser, 'Another-Harbour-55-lamp')
  })
  it('changes its package', async () => {
    await call('changepackage', { user: 'libuser', pkg: 'business' })
    assert.equal(whm.world().accounts.libuser?.package, 'business')
  })
  it('asks its panel through the proxy', async () => {
    const answer = await new Promise((resolve) =>
      client.callApi2('Email', 'listpops', {}, 'libuser', (_error, found) => resolve(found)),
    )
    assert.match(JSON.stringify(answer), /^\{"cpanelresult":\{/)
  })
  it('removes it', async () => {
    await call('removeacct', { user: 'libuser' })
    assert.equal(whm.world().accounts.libuser, undefined)
  })
  it('is told of a function nobody knows', async () => {
    assert.equal(await call('nosuch'), '{"error":"Unknown App Requested: nosuch"}')
  })
})
