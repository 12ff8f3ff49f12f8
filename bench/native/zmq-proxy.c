/* libzmq's XSUB/XPUB proxy. Arguments: port of the XSUB side, port of the XPUB side. */
#include <stdio.h>
#include <zmq.h>

static void *bound(void *context, int type, const char *port) {
  char address[64];
  int unlimited = 0;
  void *socket = zmq_socket(context, type);
  zmq_setsockopt(socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
  snprintf(address, sizeof address, "tcp://127.0.0.1:%s", port);
  if (zmq_bind(socket, address) != 0) return NULL;
  return socket;
}

int main(int count, char **arguments) {
  if (count != 3) return 2;
  void *context = zmq_ctx_new();
  void *front = bound(context, ZMQ_XSUB, arguments[1]);
  void *back = bound(context, ZMQ_XPUB, arguments[2]);
  if (front == NULL || back == NULL) return 1;
  puts("ready");
  fflush(stdout);
  return zmq_proxy(front, back, NULL);
}
