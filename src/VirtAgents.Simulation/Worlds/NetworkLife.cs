namespace VirtAgents.Simulation.Worlds;

/// <summary>Links that go and come.</summary>
internal sealed class NetworkLife(WorldState world, Physics physics, Conditions conditions)
{
    public void SetDown(SimHost host, SimInterface card, bool down)
    {
        host.Settle(world.NowMs);
        card.LinkDown = down;
        physics.Refresh(host);
        conditions.Tell(host);
    }
}
