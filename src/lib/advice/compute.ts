// Functions, custom resources and buckets.
import type { Known } from './known.ts'

export const compute: Known[] = [
  {
    id: 'lambda-concurrency',
    when: /UnreservedConcurrentExecution below its minimum value of \[(?<minimum>\d+)\]/,
    seen: 'awslabs/amazon-neptune-tools#324, aws-samples/siem-on-amazon-opensearch-service#175',
    next: 'The functions in {region} may reserve no more: quota L-B99A9384, of which {minimum} must stay unreserved (aws lambda get-account-settings --region {region} tells limit and use). Lower ReservedConcurrency with --parameter, or ask for more: aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region {region}',
  },
  {
    id: 'custom-resource-silent',
    when: /did not receive a response from your Custom Resource[\s\S]*requestId \[(?<request>[^\]]+)\]/i,
    seen: 'CloudSnorkel/cdk-github-runners#540',
    next: 'The function behind {resource} did not answer within an hour: it crashed, timed out, or could not reach S3. Its log in {region} says why; search it for {request}.',
  },
  {
    id: 'custom-resource-slow',
    when: /Custom Resource failed to stabilize in expected time/i,
    seen: 'aws/aws-cdk#2126',
    next: 'The function behind {resource} did not answer within an hour: it crashed, timed out, or could not reach S3. Its log in {region} says why.',
  },
  {
    id: 'custom-resource-failed',
    when: /Received response status \[FAILED\] from custom resource/i,
    seen: 'pepperize/cdk-organizations#1718',
    next: 'The function behind {resource} said no; the sentence above is its own. Its log in {region} tells more.',
  },
  {
    id: 'bucket-not-empty',
    when: /bucket you tried to delete is not empty/i,
    seen: 'F5Networks/f5-aws-cloudformation#52, aws/aws-cdk#21776',
    next: 'Something wrote into the bucket while it was being emptied. Stop the writer; the same command empties it again.',
  },
]
