package io.agentcgroup.simulate;

/** Does everything at once, on the thread of whoever wants it: deciding takes no simulated time. */
final class AtOnce extends Threadless {

    @Override
    public void execute(Runnable what) {
        what.run();
    }
}
