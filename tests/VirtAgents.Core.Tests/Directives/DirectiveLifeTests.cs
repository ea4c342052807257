using CsCheck;
using VirtAgents.Core.Directives;

namespace VirtAgents.Core.Tests.Directives;

public class DirectiveLifeTests
{
    [Fact]
    public void MayFollow_AnyWalk_EndsOnceAndNeverGoesBack() =>
        Gen.Enum<DirectiveState>().List[0, 30].Sample(walk =>
        {
            DirectiveState now = DirectiveState.Proposed;
            foreach (DirectiveState next in walk.Where(next => DirectiveLife.MayFollow(now, next)))
            {
                Assert.False(DirectiveLife.IsEnded(now));
                Assert.True(next >= now);
                now = next;
            }
        });

    [Theory]
    [InlineData(DirectiveState.Running, DirectiveState.Refused)]
    [InlineData(DirectiveState.Running, DirectiveState.Expired)]
    [InlineData(DirectiveState.Done, DirectiveState.Failed)]
    [InlineData(DirectiveState.Accepted, DirectiveState.Accepted)]
    [InlineData(DirectiveState.Accepted, DirectiveState.Sent)]
    public void MayFollow_UndoingOrRepeating_IsNotAllowed(DirectiveState now, DirectiveState next) =>
        Assert.False(DirectiveLife.MayFollow(now, next));

    [Theory]
    [InlineData(DirectiveState.Proposed, DirectiveState.Sent)]
    [InlineData(DirectiveState.Sent, DirectiveState.Sent)]
    [InlineData(DirectiveState.Sent, DirectiveState.Done)]
    [InlineData(DirectiveState.Running, DirectiveState.Running)]
    [InlineData(DirectiveState.Accepted, DirectiveState.Expired)]
    [InlineData(DirectiveState.Running, DirectiveState.Cancelled)]
    public void MayFollow_GoingOn_IsAllowed(DirectiveState now, DirectiveState next) => Assert.True(DirectiveLife.MayFollow(now, next));
}
