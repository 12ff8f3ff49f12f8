import type { events as english } from '../en/events.js';
import type { Words } from '../words.js';

export const events: Words<typeof english> = {
  events: {
    someone: '某订阅者',
    connected: '{{name}} 已连接',
    disconnected: '{{name}} 已断开：{{reason}}',
    reads_slowly: '{{name}} 读取过慢：积压 {{n}} 条（{{bytes}}），最旧的已等待 {{lag}} 秒',
    lost_messages: '{{name}} 丢失 {{n}} 条消息，连接以来共 {{total}} 条',
    topic_silent: '{{topic}} 断流：超过 {{s}} 秒没有消息',
    topic_publisher_gone: '{{topic}} 断流：发布者已离开',
    topic_never_started: '{{topic}} 断流：开市后没有发布过消息',
    topics_stale: '{{n}} 个主题断流，例如 {{topic}}',
    log_in_refused: '客户端以 {{name}} 登录被拒绝',
    console_log_in_refused: '以 {{name}} 登录控制台被拒绝',
    publish_denied: '{{name}} 无权向 {{namespace}} 发布',
    subscribe_denied: '{{name}} 无权订阅 {{namespace}}',
    more: '最近一秒内另有 {{n}} 条同类事件',
  },
  closes: {
    peer_closed: '客户端主动关闭',
    ping_timeout: '客户端未及时响应 PING',
    by_administrator: '被管理员断开',
    token_reset: '令牌已重置',
    no_access: '此类型的用户不能发布或订阅',
    user_inactive: '用户已停用',
    other_user: '客户端改用其他用户登录',
    too_slow: '读取过慢，且其策略为断开',
    unread_replies: '客户端不读取应答',
    no_session: '其地址未及时建立会话',
    bound: '已绑定到会话',
    newer_connection: '连接数已达上限，为较新的连接关闭',
    inbound_limit: '未接收完的消息超出上限',
    broker_stopped: 'Broker 已停止',
  },
};
