using VirtAgents.Core.Detection;
using VirtAgents.Core.Detection.Liveness;
using VirtAgents.Core.Scheduling.Recovery;

namespace VirtAgents.Core.Tests.Scheduling.Recovery;

public sealed class HostSignsTests
{
    [Theory]
    [InlineData(AgentPresence.Connected, HostStanding.Unproven, false, "its agent is connected")]
    [InlineData(AgentPresence.Connected, HostStanding.Lost, true, "its agent is connected")]
    [InlineData(AgentPresence.Lost, HostStanding.Partitioned, true, "others see that its agent lives: it is cut off from the collector")]
    [InlineData(AgentPresence.Silent, HostStanding.AgentDead, true, "others see that the machine lives, and only its agent does not")]
    [InlineData(AgentPresence.NotYetSeen, HostStanding.Partitioned, true, "others see that its agent lives: it is cut off from the collector")]
    public void WhyAlive_AnySignOfLife_IsToldAndNoWordIsTaken(AgentPresence agent, HostStanding standing, bool isSuspected, string why)
    {
        HostSigns signs = new(agent, standing, isSuspected);
        Assert.Equal((why, why), (signs.WhyAlive, signs.WhyNotConfirmed));
    }

    [Theory]
    [InlineData(AgentPresence.Lost, HostStanding.Lost, true)]
    [InlineData(AgentPresence.Lost, HostStanding.Unproven, false)]
    [InlineData(AgentPresence.Silent, HostStanding.Lost, true)]
    [InlineData(AgentPresence.NotYetSeen, HostStanding.Unproven, true)]
    public void WhyNotConfirmed_MissedWithoutASign_WordIsTaken(AgentPresence agent, HostStanding standing, bool isSuspected)
    {
        HostSigns signs = new(agent, standing, isSuspected);
        Assert.Equal((null, null), (signs.WhyAlive, signs.WhyNotConfirmed));
    }

    [Theory]
    [InlineData(AgentPresence.Stopped, true, "its agent was stopped on purpose, and nothing shows that the machine is off")]
    [InlineData(AgentPresence.NotYetSeen, false, "it was not missed yet: the collector has just started, and waits for it")]
    public void WhyNotConfirmed_NotMissed_WordIsNotTaken(AgentPresence agent, bool isSuspected, string why)
    {
        HostSigns signs = new(agent, HostStanding.Unproven, isSuspected);
        Assert.Equal((null, why), (signs.WhyAlive, signs.WhyNotConfirmed));
    }
}
