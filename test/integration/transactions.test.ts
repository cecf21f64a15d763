// End to end on a deployed transactions system; run after `dr deploy`, on the simulator or on AWS.
import { expect } from 'vitest'
import { pair, sides } from './pair.ts'

// Data planes are not simulated: only AWS can answer a request or move an item.
const { rule, onAws, get, aws } = await pair('transactions')

rule('COMMON-14 a document can be stored in the bucket of each region, read, and removed for good', async () => {
  for (const side of sides) {
    const objects = aws.objects(get(`${side}Region`))
    const [bucket, key] = [get(`${side}BucketName`), `integration-test/${side}.json`]
    await objects.put(bucket, key, '{"stored":true}')
    expect((await objects.get(bucket, key))?.text).toBe('{"stored":true}')
    await objects.deleteVersions(bucket, await objects.versions(bucket, key))
    expect(await objects.exists(bucket, key)).toBe(false)
  }
})

onAws('COMMON-14 both APIs live and accept commits', async () => {
  for (const side of sides)
    for (const path of ['/health', '/ready'])
      expect((await fetch(`https://${get(`${side}ApiHost`)}${path}`)).status, side + path).toBe(200)
})

onAws('COMMON-14 a stranger cannot write', async () => {
  const answer = await fetch(`https://${get('PrimaryApiHost')}/transactions`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(403)
})
