using System.Collections.Immutable;
using VirtAgents.Core.Directives;

namespace VirtAgents.Core.Tests.Directives;

public class DirectiveOrderTests
{
    [Theory]
    [InlineData(DirectiveKind.Start, "", 120, 120)]
    [InlineData(DirectiveKind.Reboot, "", 120, 120)]
    [InlineData(DirectiveKind.Reboot, "grace_seconds=7", 7, 7)]
    [InlineData(DirectiveKind.Shutdown, "grace_seconds=7", 7, 7)]
    [InlineData(DirectiveKind.Shutdown, "grace_seconds=7 force=false", 7, 7)]
    [InlineData(DirectiveKind.Shutdown, "grace_seconds=7 force=true", 7, 67)]
    [InlineData(DirectiveKind.Shutdown, "force=true", 120, 180)]
    [InlineData(DirectiveKind.Migrate, "", 3600, 3600)]
    [InlineData(DirectiveKind.Migrate, "timeout_seconds=30", 30, 30)]
    public void TimeAllowed_ByKindAndParameters_CountsForceAfterTheGraceTime(DirectiveKind kind, string parameters, int limit, int allowed)
    {
        ImmutableSortedDictionary<string, string> given = parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=')).ToImmutableSortedDictionary(p => p[0], p => p[1]);
        DirectiveOrder order = new(Guid.NewGuid(), 1, 0, kind, default, given, "", false);

        Assert.Equal((TimeSpan.FromSeconds(limit), TimeSpan.FromSeconds(allowed)), (order.Limit, order.TimeAllowed));
        Assert.Equal(order.TimeAllowed, DirectiveOrder.TimeAllowedFor(DirectiveCatalogue.Find(kind)!, given));
    }
}
