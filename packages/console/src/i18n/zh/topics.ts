import type { topics as english } from '../en/topics.js';
import type { Words } from '../words.js';

export const topics: Words<typeof english> = {
  topics: {
    search: '名称，或含 * 与 > 的模式',
    trend: '趋势',
    trendSpan: '30 分钟',
    sumOfSubscribers: '各主题之和：订阅多个主题的订阅者会重复计数。',
    highestLatency: '各主题中的最大值',
    rate: '速率',
    sequence: '序列号',
    latencyP99: '延迟 P99',
    count_other: '{{n}} 个主题',
    staleCount: '{{n}} 个断流',
    staleOnly: '仅看断流',
    view: '视图',
    tree: '树形',
    list: '列表',
    none: '还没有主题。收到第一条消息后，主题会出现在这里。',
    noMatch: '没有符合搜索条件的主题。',
  },
};
