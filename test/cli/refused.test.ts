import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, objects, run } from './process.ts'

describe('a corrupt simulated account', () => {
  test.each([
    ['half a file', '{"version":1,"cloud":{'],
    ['another version', '{"version":7}'],
    ['not JSON', 'hello'],
  ])('%s: exit 2, naming the folder, and left as it is', async (_, text) => {
    const folder = emptyFolder()
    mkdirSync(join(folder, '.dr/local'), { recursive: true })
    writeFileSync(join(folder, '.dr/local/state.json'), text)
    const ended = await run(folder, ['deploy', '--suffix', 'pr123', '--local'])
    expect(ended).toMatchObject({ exit: 2, stdout: '' })
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain(
      `the simulated account in ${join(folder, '.dr/local')} cannot be used`,
    )
    expect(ended.stderr.replace(/\s+/g, ' ')).toMatch(/next remove the folder .*\.dr\/local to start anew/)
    expect(readFileSync(join(folder, '.dr/local/state.json'), 'utf8')).toBe(text)
  })
})

describe('what cannot be run', () => {
  test.each([
    ['an unknown flag', ['deploy', '--sufix', 'pr123', '--local'], 2, /--sufix/],
    ['an unknown command', ['deplay'], 2, /deplay/],
    ['no suffix', ['deploy', '--local'], 2, /no suffix was given; there are no environments yet/],
    ['an illegal suffix', ['deploy', '--suffix', 'Pr_123', '--local'], 2, /"Pr_123" cannot be a suffix/],
    [
      'a speed that is none',
      ['deploy', '--suffix', 'a', '--local', '--local-speed', '0'],
      2,
      /--local-speed|greater|0/,
    ],
    ['faults that are none', ['deploy', '--suffix', 'a', '--local', '--local-faults', 'none.yaml'], 2, /none\.yaml/],
  ] as const)('%s: a message, the exit code, and nothing written', async (_, args, exit, message) => {
    const folder = emptyFolder()
    const ended = await run(folder, [...args])
    expect(ended).toMatchObject({ exit, stdout: '' })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toMatch(/\n\s+at \S+ \(|\[object/)
    expect(existsSync(join(folder, 'cfn-outputs'))).toBe(false)
  })

  test('a next step that names a command names the environment too', async () => {
    const folder = emptyFolder()
    const drill = ['failover-test', '--system', 'records', '--suffix', 'a', '--resume', 'd-never', '--local']
    await run(folder, ['bootstrap', '--system', 'records', '--local', '--yes', '--local-speed', '10000'])
    const ended = await run(folder, drill)
    expect(ended).toMatchObject({ exit: 2 })
    expect(ended.stderr.replace(/\s+/g, ' ')).toContain('see its id: dr status --system records --suffix a --local')
  })

  test('dr.yaml with a fault: file, line and column', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'dr.yaml'), 'system: transactions\nsufix: pr123\n')
    const ended = await run(folder, ['deploy', '--suffix', 'pr123', '--local', '--json'])
    expect(ended).toMatchObject({ exit: 2, stderr: '' })
    expect(objects(ended).at(-1)).toMatchObject({
      kind: 'run-finished',
      report: { exit: 2, error: { code: 'InvalidFile', message: expect.stringMatching(/dr\.yaml:2:1: .*sufix/) } },
    })
    expect(existsSync(join(folder, '.dr'))).toBe(false)
  })
})

describe('without --local', () => {
  let server: Server
  let answer = (_body: string): [number, string] => [500, '']
  const asked: string[] = []

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => {
        asked.push(`${request.method ?? ''} ${/Action=(\w+)/.exec(body)?.[1] ?? request.url ?? ''}`)
        const [status, text] = answer(body)
        response.writeHead(status, { 'content-type': 'text/xml' }).end(text)
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
  })
  afterAll(() => void server.close())

  const somebody =
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
    '<Arn>arn:aws:iam::123456789012:user/ada</Arn><UserId>A</UserId><Account>123456789012</Account>' +
    '</GetCallerIdentityResult></GetCallerIdentityResponse>'
  const nothing = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
  const refused = (code: string): string =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>The security token is expired</Message></Error></ErrorResponse>`

  const keys = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-example' }
  const deploy = (folder: string, env: Record<string, string> = keys) => {
    const { port } = server.address() as AddressInfo
    asked.length = 0
    return run(folder, ['deploy', '--suffix', 'pr123'], { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...env })
  }
  const plain = (text: string): string => text.replace(/\s+/g, ' ')

  test('the wrong account: exit 3, both accounts masked, nothing changed', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'dr.yaml'), "account: '210987654321'\n")
    answer = () => [200, somebody]
    const ended = await deploy(folder)
    expect(ended).toMatchObject({ exit: 3, stdout: '' })
    expect(plain(ended.stderr)).toContain(
      'the credentials belong to account ····9012, dr.yaml wants ····4321; nothing was changed',
    )
    expect(plain(ended.stderr)).toContain('next choose the right profile with --profile, or correct account in dr.yaml')
    expect(asked).toEqual(['POST GetCallerIdentity'])
  })

  test('an account that is not bootstrapped: exit 3 with the command to run, nothing changed', async () => {
    const folder = emptyFolder()
    answer = (body) => [200, body.includes('GetCallerIdentity') ? somebody : nothing]
    const ended = await deploy(folder)
    expect(ended).toMatchObject({ exit: 3, stdout: '' })
    expect(plain(ended.stderr)).toContain(
      'this account is not prepared for dr: it lacks an artifact bucket in us-east-1 and us-west-2; nothing was changed',
    )
    expect(plain(ended.stderr)).toContain('next run once: dr bootstrap --system transactions')
    expect(asked.filter((it) => !/^GET|GetCallerIdentity/.test(it))).toEqual([])
  })

  test('expired credentials: exit 3', async () => {
    answer = () => [403, refused('ExpiredToken')]
    const ended = await deploy(emptyFolder())
    expect(ended).toMatchObject({ exit: 3, stdout: '' })
    expect(plain(ended.stderr)).toContain('the AWS credentials have expired; nothing was changed')
  })

  test('no credentials: exit 3, and --local is offered', async () => {
    const ended = await deploy(emptyFolder(), {})
    expect(ended).toMatchObject({ exit: 3, stdout: '' })
    expect(plain(ended.stderr)).toContain('no AWS credentials were found; nothing was changed')
    expect(ended.stderr).toContain('--local')
    expect(asked).toEqual([])
  })

  test('an unknown profile: exit 3, named', async () => {
    const folder = emptyFolder()
    writeFileSync(join(folder, 'dr.yaml'), 'profile: nobody\n')
    const ended = await deploy(folder, {})
    expect(ended.exit).toBe(3)
    expect(ended.stderr).not.toMatch(/\n\s+at \S+ \(/)
    expect(asked).toEqual([])
  })
})
