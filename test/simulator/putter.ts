// A process that puts objects into a local simulator through S3 until it is killed, or as often as it is told; says each.
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { localSimulator } from '../../src/simulator/index.ts'

const [folder = '', times = 'Infinity'] = process.argv.slice(2)
const simulator = localSimulator({ folder })
const client = new S3Client({ region: 'us-east-1', credentials: { accessKeyId: 's', secretAccessKey: 's' } })
simulator.plug(client)
for (let count = 1; count <= Number(times); count++) {
  const Key = `${process.pid}/${count}`
  await client.send(new PutObjectCommand({ Bucket: 'b', Key, Body: new TextEncoder().encode(`body of ${Key}`) }))
  process.stdout.write(`${Key}\n`)
}
