import type { bars as english } from '../en/bars.js';
import type { Words } from '../words.js';

export const bars: Words<typeof english> = {
  bars: {
    tab: 'K 线',
    hint: 'Broker 由源主题中的价格生成 K 线，并以用户 $broker 发布到目标主题。{1} 代表源模式中第一个 * 或 > 匹配的部分。',
    fields: {
      source: '源模式',
      target: '目标主题',
      interval: '周期',
      price: '价格列',
      size: '成交量列',
      time: '时间列',
      grace: '迟到价格的宽限期',
      update: '未结束 K 线的更新间隔',
    },
    byName: '按列名识别',
    receipt: '接收时间',
    atEnd: '仅在结束时发布',
    remove: '移除规则',
    calendarsHint: '交易时段之外的价格不生成 K 线。K 线在其区间内最后一次收市时结束。',
  },
};
