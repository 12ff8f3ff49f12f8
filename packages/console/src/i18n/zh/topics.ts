import type { topics as english } from '../en/topics.js';
import type { Words } from '../words.js';

export const topics: Words<typeof english> = {
  units: { perSecond: '条/秒', bytesPerSecond: 'B/秒', bytes: 'B', millis: 'ms' },
  topics: {
    title: '主题',
    topic: '主题',
    search: '名称，或含 * 与 > 的模式',
    status: '状态',
    trend: '趋势',
    rate: '速率',
    bytes: '流量',
    age: '最新值',
    sequence: '序号',
    subscribers: '订阅者',
    dropped: '丢弃',
    delay: 'P99',
    publisher: '发布者',
    count_other: '{{n}} 个主题',
    staleCount: '{{n}} 个失效',
    staleOnly: '仅看失效',
    view: '视图',
    tree: '树形',
    list: '列表',
    none: '还没有主题。收到第一条消息后主题会出现在这里。',
    noMatch: '没有匹配的主题。',
    sendOne: '发送测试消息',
  },
};
